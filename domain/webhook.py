"""Webhooks: when a delivery is tried again, and when it is given up."""

from datetime import timedelta

from domain.model import Model

#: So many events fail one after the other, without a success, before the receiver as a whole counts as failing.
FAILING_AFTER = 3


class DeliverWebhooks(Model):
    """``deliver_webhooks``: one pass over what waits for a receiver → ``WebhookPass``."""

    endpoint_id: str


class WebhookPass(Model):
    """Seconds until the next pass; None when nothing waits."""

    seconds: float | None = None


class Pauses(Model):
    """Pauses between the attempts of one delivery: the first, the longest, and the age at which it is given up."""

    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(hours=1)
    give_up: timedelta = timedelta(days=3)

    def after(self, attempts: int) -> timedelta:
        """Returns the pause after so many failed attempts: each is twice the one before, up to the longest."""
        doubled: timedelta = self.first * 2 ** min(attempts - 1, 20)
        return min(doubled, self.longest)


def webhook_queue(task_queue: str) -> str:
    """Returns the queue of webhooks beside the queue of everything else."""
    return f"{task_queue}-webhooks"
