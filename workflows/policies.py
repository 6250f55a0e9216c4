"""Every timeout and retry of the workflow.

Local activities hold the workflow task, so they give up early; a regular activity that never gives up follows.
"""

from datetime import timedelta

from temporalio.common import RetryPolicy

#: Threads of a worker for its activities; local ones have half of them, so that neither kind waits for the other.
WORKER_THREADS = 32
#: How long activities may go on when a worker ends.
SHUTDOWN_GRACE = timedelta(seconds=5)

#: The rules read the database only. Past this the command waits for a regular activity, as long as it takes.
ASSESS_TIMEOUT = timedelta(seconds=5)
#: Judging asks customs with a short limit of its own (``unverified`` past it), then claims in the database.
JUDGE_TIMEOUT = timedelta(seconds=6)
#: One transaction; past this the durable projection takes over.
PROJECT_TIMEOUT = timedelta(seconds=4)
#: Twice at once covers a dropped connection; more would hold the workflow task.
QUICK_RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=50), maximum_attempts=2)

#: Unlimited: a database that is away must not make a command fail that its sender may only repeat.
DURABLE_TIMEOUT = timedelta(seconds=10)
DURABLE_RETRY = RetryPolicy(initial_interval=timedelta(seconds=0.5), maximum_interval=timedelta(seconds=10))

DELIVER_TIMEOUT = timedelta(seconds=20)
#: Unlimited: customs being away for a minute or a week must not lose a message.
DELIVER_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=15))

RECHECK_TIMEOUT = timedelta(seconds=20)
#: Unlimited: a number taken while the look-up was down is judged when it is back.
RECHECK_RETRY = RetryPolicy(initial_interval=timedelta(seconds=2), maximum_interval=timedelta(seconds=60))

#: Two reads of an index.
PULL_CHECK_TIMEOUT = timedelta(seconds=5)
#: A round may have five hundred pages; each sends a heartbeat, and customs has half a minute for one.
PULL_TIMEOUT = timedelta(hours=1)
PULL_HEARTBEAT = timedelta(minutes=2)
#: The schedule comes again, so a round may give up.
PULL_RETRY = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_attempts=3)

#: A round looks at every file of the store; each page and each removal sends a heartbeat.
COLLECT_TIMEOUT = timedelta(hours=1)
COLLECT_HEARTBEAT = timedelta(minutes=1)
#: The schedule comes again, so a round may give up.
COLLECT_RETRY = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_attempts=3)

#: The longest job reads every row and every file.
HEALTH_TIMEOUT = timedelta(hours=6)
#: A worker without a sign of life for this long is lost, and another one begins the job again.
HEALTH_HEARTBEAT = timedelta(seconds=10)
#: Only lost workers and an unreachable database are retried; a job that fails has a result that says so.
HEALTH_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), backoff_coefficient=1.0, maximum_attempts=5)

#: Unlimited retries: the jobs never end. The limit of one attempt only heals one that hangs.
UPKEEP_TIMEOUT = timedelta(days=1)
#: A worker without a sign of life for this long is lost, and another one goes on.
UPKEEP_HEARTBEAT = timedelta(seconds=10)
UPKEEP_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), backoff_coefficient=1.0)

#: A pass takes new events for some seconds (``activities.webhook_queue``), and requests under way some more.
WEBHOOK_TIMEOUT = timedelta(minutes=2)
WEBHOOK_HEARTBEAT = timedelta(seconds=30)
#: Unlimited: a database that is away must not lose an event.
WEBHOOK_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
