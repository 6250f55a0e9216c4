"""Checks of the servers: Temporal, workers, customs, and the API's own readiness."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from customs.channels import ChannelName, Unavailable
from customs.channels.http import HttpChannel
from runtime import temporal
from runtime.credentials.customs import CredentialState, credential_states, customs_client
from runtime.diagnosis import explained, no_attributes
from runtime.health import schedules
from runtime.health.finding import Finding, fault, warning, well
from runtime.health.store import skew
from runtime.message_encryption import Addressee, CertificateError
from runtime.settings import Settings

LIMIT = timedelta(seconds=5)
#: A worker polls again within a minute; one not seen for longer is gone, though the server still lists it.
POLLED_WITHIN = timedelta(seconds=80)
BACKLOG = 1000
#: The most workflows that are counted, and that are named.
LISTED, NAMED = 1000, 5
#: The setting by which a self-hosted server marks workflows whose tasks fail.
MARKS_AFTER = "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=5"
#: The number of no declaration: customs answers "not found", which is an answer.
NOBODYS = "000000000000000000"
SOON_DAYS = 30
#: Names of ``runtime.credentials.customs.CredentialState``.
CREDENTIALS = {
    "client_certificate": ("我方客户端证书", "our client certificate"),
    "token": ("海关接口令牌", "the token for customs"),
    "signing_key": ("请求签名密钥", "the key that signs requests"),
}
KINDS = {
    "workflow": TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    "activity": TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
}


async def check_temporal(settings: Settings) -> list[Finding]:
    """Yields findings about the server and its workers."""
    try:
        client = await temporal.connect(settings)
        return [
            well("temporal", "Temporal 可用", f"Temporal answers, namespace {client.namespace}"),
            *await _attributes(client),
            *[await _queue(client, settings.task_queue, name) for name in KINDS],
            await _stuck(client, settings),
            *await schedules.check(client, settings),
        ]
    except (RPCError, RuntimeError, temporal.ConfigError) as error:
        told_of = explained(error) or ("无法使用 Temporal", f"Temporal cannot be used: {type(error).__name__}")
        return [fault("temporal", "temporal.unreachable", *told_of)]


async def _attributes(client: Client) -> list[Finding]:
    missing = await temporal.missing_attributes(client)
    code = "search_attributes.missing"
    return [fault("search attributes", code, *no_attributes(missing))] if missing else []


async def _queue(client: Client, name: str, kind: str) -> Finding:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=name), task_queue_type=KINDS[kind], report_stats=True
    )
    described = await client.workflow_service.describe_task_queue(request, timeout=LIMIT)
    return queue(kind, name, described, datetime.now(UTC))


def queue(kind: str, name: str, described: Any, now: datetime) -> Finding:
    """Returns a finding about the pollers and the backlog of a task queue."""
    part, waiting = f"{kind} tasks", described.stats.approximate_backlog_count
    pollers = {
        each.identity for each in described.pollers if each.last_access_time.ToDatetime(UTC) > now - POLLED_WITHIN
    }
    if not pollers:
        return fault(part, "tasks.no_worker", f"没有工作进程处理队列 {name}", f"no worker polls the queue {name}")
    chinese, english = (
        f"{len(pollers)} 个工作进程，{waiting} 个任务等待",
        f"{len(pollers)} workers, {waiting} tasks wait",
    )
    if waiting > BACKLOG:
        return warning(part, "tasks.backlog", chinese, english)
    return well(part, chinese, english)


async def _stuck(client: Client, settings: Settings) -> Finding:
    if not await temporal.marks_stuck_workflows(client):
        chinese, english = "Temporal 不标记停滞的流程", "Temporal does not mark workflows that stand still"
        return warning("workflows", "workflows.not_marked", chinese, english, setting=MARKS_AFTER)
    found = client.list_workflows(temporal.stuck_workflows_filter(settings), rpc_timeout=LIMIT, limit=LISTED)
    return stuck([each.id async for each in found])


def stuck(ids: Sequence[str]) -> Finding:
    """Yields a finding if tasks of workflows fail again and again; nothing reaches such a workflow."""
    if not ids:
        return well("workflows", "没有停滞的流程", "no workflow is stuck")
    count = f"{len(ids)}+" if len(ids) == LISTED else f"{len(ids)}"
    names = ", ".join(ids[:NAMED]) + (" …" if len(ids) > NAMED else "")
    return fault(
        "workflows",
        "workflows.stuck",
        f"停滞的流程 {count} 个，其任务反复失败：{names}",
        f"workflows that stand still, failing again and again: {count}, {names}",
    )


def check_customs(settings: Settings) -> Iterator[Finding]:
    """Yields findings of a look-up of no declaration, which takes the whole path and changes nothing."""
    try:
        addressee = Addressee.of(settings)
    except CertificateError as error:
        english = f"customs' certificate cannot be used: {error}"
        yield fault("envelope", "envelope.unusable", "海关证书不可用", english)
        return
    if addressee:
        yield certificate(addressee.days_left())
    if ChannelName.HTTP not in settings.routes().used():
        return
    yield from map(credential, credential_states(settings))
    with customs_client(settings, trust_env=False) as client:
        try:
            HttpChannel(settings.customs_url, client, addressee=addressee).look_up([NOBODYS])
        except Unavailable as error:
            yield unanswered(error)
            return
        yield well("customs", "海关可达", "customs answers")
        yield from _clock(client, settings.customs_url)


def unanswered(error: Unavailable) -> Finding:
    """Returns why customs gives no answer: messages wait until it does."""
    if error.is_about_credentials:
        english = f"customs does not accept our credentials: {error.reason}"
        return fault("customs", "credentials.refused", f"海关不接受我方凭证：{error.reason}", english)
    return fault("customs", "customs.unreachable", "海关未应答", f"customs does not answer: {error.reason}")


def credential(state: CredentialState) -> Finding:
    """Returns a finding about one of our credentials at customs."""
    chinese, english = CREDENTIALS[state.name]
    if state.fault is not None:
        texts = f"{chinese}不可用：{state.fault}", f"{english} cannot be used: {state.fault}"
        return fault("credentials", "credentials.unusable", *texts)
    if state.days_left is not None and state.days_left <= SOON_DAYS:
        texts = f"{chinese} {state.days_left} 天后到期", f"{english} ends in {state.days_left} days"
        return warning("credentials", "credentials.expiring", *texts)
    return well("credentials", f"{chinese}有效", f"{english} is valid")


def certificate(days: int) -> Finding:
    """Returns a finding about customs' certificate: messages wait once it has ended."""
    if days > SOON_DAYS:
        return well("envelope", "报文加数字信封，海关证书有效", "messages are enveloped, customs' certificate is valid")
    chinese, english = f"海关证书 {days} 天后到期", f"customs' certificate ends in {days} days"
    return warning("envelope", "envelope.expiring", chinese, english)


def _clock(client: httpx.Client, url: str) -> Iterator[Finding]:
    try:
        date = client.get(url, timeout=LIMIT.total_seconds()).headers.get("date")
    except httpx.HTTPError:
        return  # it has just answered; its clock does not matter then
    if date:
        yield skew("customs clock", "海关 customs", parsedate_to_datetime(date) - datetime.now(UTC))


def check_api(settings: Settings) -> Iterator[Finding]:
    """Yields the API's own readiness, part by part."""
    url = f"http://{settings.api_host}:{settings.api_port}/health/ready"
    try:
        answer = httpx.get(url, timeout=LIMIT.total_seconds(), trust_env=False).json()
        missing = {name: part["detail"] for name, part in answer["parts"].items() if not part["ok"]}
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
        english = f"the API does not answer: {type(error).__name__}"
        yield fault("api", "api.unreachable", "API 未应答", english)
        return
    for name, detail in missing.items():
        yield fault("api", "api.part_missing", f"API 缺少 {name}", f"the API misses its {name}: {detail}")
    if not missing:
        yield well("api", f"API 就绪：{', '.join(answer['parts'])}", "the API is ready")
