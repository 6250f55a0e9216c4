"""通知渠道: a person's channels, their topics, quiet hours and digest, and tests of a channel.

Addresses are personal and tokens are secrets: they are sealed before they are stored, and never shown again.
"""

from datetime import timedelta

from fastapi import APIRouter, Response, status
from sqlmodel import Session

from api.context import Caller, CallerDep, CommandOptionsDep, Context, ContextDep
from api.http.lenient_body import RequestBody
from api.http.problems import refusal
from api.messaging.views import (
    ChangedChannelBody,
    ChannelBody,
    ChannelView,
    NotificationSettings,
    OfferedChannel,
    TestView,
    TimesBody,
    TroubleView,
)
from db import access_log, notification_channels, notification_deliveries
from db.access_log import Access
from db.engine import writing
from db.notification_channels import MessageChannel, PersonalTimes
from domain.notifications.channels import ChannelType, Topic, offered
from domain.notifications.troubles import Trouble, explain_trouble
from domain.problems import Fault
from runtime.messaging.address import ADDRESS, AnyAddress, RobotAddress, parse, sealing_context
from runtime.messaging.offered import available
from runtime.sealing import SealError

router = APIRouter(prefix="/api/v1/notification-settings", tags=["notifications"])

#: Channels of one person, and tests of one person within ten minutes.
MOST = 10
MOST_TESTS = 10
_TESTS_WITHIN = timedelta(minutes=10)


@router.get("")
def get_notification_settings(ctx: ContextDep, caller: CallerDep) -> NotificationSettings:
    """Returns the person's channels and times. An API key has none: 403 ``session.required``."""
    holder = caller.holder
    return ctx.read_sync(lambda session: _settings(session, ctx, caller, holder))


@router.put("")
def put_notification_settings(ctx: ContextDep, caller: CallerDep, body: RequestBody[TimesBody]) -> NotificationSettings:
    """Replaces language, quiet hours and digest; messages that wait are planned again."""
    holder = caller.holder
    half = (body.partial.quiet_from is None) is not (body.partial.quiet_until is None)
    given = body.checked([Fault(code="field.required", field="quiet_until")] if half else [])
    times = PersonalTimes.model_validate(given.model_dump())
    with writing(ctx.engine) as session:
        notification_channels.save_times(session, holder, times, at=caller.received_at)
        notification_deliveries.replan(session, holder, caller.received_at)
        return _settings(session, ctx, caller, holder)


@router.post("/channels", status_code=status.HTTP_201_CREATED)
def create_notification_channel(
    ctx: ContextDep, caller: CallerDep, options: CommandOptionsDep, body: RequestBody[ChannelBody]
) -> ChannelView:
    """Adds a channel; refused by ``notification_channel.too_many``. The same key and body give the same channel."""
    holder, partial = caller.holder, body.partial
    address, faults = _address(ctx, partial)
    body.checked(faults)
    assert address is not None  # noqa: S101 without faults there is one
    channel = _made(ctx, caller, options.key, address=address, topics=partial.topics)
    with writing(ctx.engine) as session:
        present = {each.channel_id: each for each in notification_channels.of_holder(session, holder)}
        if same := present.get(channel.channel_id):
            if _opened(ctx, same) != address:
                raise refusal("idempotency.conflict", "Idempotency-Key")
            return _view(ctx, caller, same)
        if len(present) >= MOST:
            raise refusal("notification_channel.too_many", limit=MOST)
        notification_channels.save(session, channel)
        _record(session, caller, "channels.added", channel)
    return _view(ctx, caller, channel)


@router.put("/channels/{channel_id}")
def put_notification_channel(
    ctx: ContextDep, caller: CallerDep, channel_id: str, body: RequestBody[ChangedChannelBody]
) -> ChannelView:
    """Changes what is sent by the channel, from the next message on; what waits for it obeys as well."""
    holder = caller.holder
    with writing(ctx.engine) as session:
        found = _found(session, holder, channel_id)
        given = body.checked(_topic_faults(found.kind, body.partial.topics))
        changes = {"topics": given.topics, "enabled": given.enabled, "updated_at": caller.received_at}
        changed = found.model_copy(update=changes)
        notification_channels.save(session, changed)
        _record(session, caller, "channels.changed", changed)
    return _view(ctx, caller, changed)


@router.delete("/channels/{channel_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_notification_channel(ctx: ContextDep, caller: CallerDep, channel_id: str) -> Response:
    """Deletes the channel with its address, and what waits for it."""
    holder = caller.holder
    with writing(ctx.engine) as session:
        found = _found(session, holder, channel_id)
        notification_channels.remove(session, channel_id)
        _record(session, caller, "channels.removed", found)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post("/channels/{channel_id}/tests", status_code=status.HTTP_202_ACCEPTED)
def test_notification_channel(
    ctx: ContextDep, caller: CallerDep, options: CommandOptionsDep, channel_id: str
) -> TestView:
    """Sends a test message by the channel; the answer of ``GET …/tests/{test_id}`` says what became of it."""
    holder, now = caller.holder, caller.received_at
    test_id = ctx.sealer.fingerprint(["channel_test", holder, options.key])[:32]
    with writing(ctx.engine) as session:
        found = _found(session, holder, channel_id)
        own = [each.channel_id for each in notification_channels.of_holder(session, holder)]
        if notification_deliveries.count_tests(session, own, since=now - _TESTS_WITHIN) >= MOST_TESTS:
            raise refusal("rate.limited")
        notification_deliveries.queue_test(session, found, test_id, at=now)
        return _test(session, caller, channel_id, test_id)


@router.get("/channels/{channel_id}/tests/{test_id}")
def get_notification_test(ctx: ContextDep, caller: CallerDep, channel_id: str, test_id: str) -> TestView:
    """Returns what became of a test message."""
    holder = caller.holder

    def query(session: Session) -> TestView:
        _found(session, holder, channel_id)
        return _test(session, caller, channel_id, test_id)

    return ctx.read_sync(query)


def _settings(session: Session, ctx: Context, caller: Caller, holder: str) -> NotificationSettings:
    times = notification_channels.times_of(session, holder).model_dump(mode="json")
    clocks = {name: value and value[:5] for name, value in times.items() if name != "language"}
    return NotificationSettings(
        language=times["language"],
        **clocks,
        offered=[OfferedChannel(kind=each, topics=_sorted(offered(each))) for each in available(ctx.settings)],
        channels=[_view(ctx, caller, each) for each in notification_channels.of_holder(session, holder)],
    )


def _address(ctx: Context, given: ChannelBody) -> tuple[AnyAddress | None, list[Fault]]:
    """Returns the address, and every fault of the body that its shape does not show."""
    if given.kind is None or given.address is None:  # a partial body lacks them
        return None, []
    faults = _topic_faults(given.kind, given.topics)
    if given.kind not in available(ctx.settings):
        faults.append(Fault(code="notification_channel.unavailable", field="kind"))
    try:
        return parse(given.kind, given.address, given.secret), faults
    except ValueError:
        return None, [*faults, Fault(code="field.invalid", field="address", facts={"reason": "malformed"})]


def _topic_faults(kind: ChannelType, topics: frozenset[Topic]) -> list[Fault]:
    wrong = (topics or frozenset()) - offered(kind)
    return [Fault(code="field.invalid", field="topics", facts={"reason": "malformed"})] if wrong else []


def _made(ctx: Context, caller: Caller, key: str, *, address: AnyAddress, topics: frozenset[Topic]) -> MessageChannel:
    channel_id = ctx.sealer.fingerprint(["notification_channel", caller.holder, key])[:32]
    entered = caller.principal.session
    return MessageChannel(
        channel_id=channel_id,
        holder=caller.holder,
        customs_code=caller.code,
        kind=address.kind,
        sealed=ctx.sealer.seal(address.model_dump_json(), context=sealing_context(channel_id)),
        topics=topics,
        created_at=caller.received_at,
        updated_at=caller.received_at,
        card_until=entered.card_until if entered else None,
    )


def _opened(ctx: Context, channel: MessageChannel) -> AnyAddress | None:
    try:
        return ADDRESS.validate_json(ctx.sealer.open(channel.sealed, context=sealing_context(channel.channel_id)))
    except (SealError, ValueError):
        return None


def _found(session: Session, holder: str, channel_id: str) -> MessageChannel:
    channel = notification_channels.find(session, holder, channel_id)
    if channel is None:
        raise refusal("not_found")
    return channel


def _view(ctx: Context, caller: Caller, channel: MessageChannel) -> ChannelView:
    address = _opened(ctx, channel)
    shown = {"channel_id", "kind", "enabled", "created_at", "last_sent_at"}
    return ChannelView(
        **channel.model_dump(include=shown),
        address=address.masked() if address else "—",
        signed=isinstance(address, RobotAddress) and address.secret is not None,
        topics=_sorted(channel.topics),
        trouble=_trouble(caller, channel.problem, channel),
    )


def _sorted(topics: frozenset[Topic]) -> list[Topic]:
    return [each for each in Topic if each in topics]


def _trouble(caller: Caller, problem: str | None, channel: MessageChannel | None = None) -> TroubleView | None:
    if problem is None:
        return None
    text = explain_trouble(Trouble(problem), caller.language)
    return TroubleView(code=problem, **text._asdict(), at=channel.problem_at if channel else None)


def _test(session: Session, caller: Caller, channel_id: str, test_id: str) -> TestView:
    found = notification_deliveries.test_result(session, channel_id, test_id)
    if found is None:
        raise refusal("not_found")
    state, problem = found
    shown = {"sent": "sent", "waiting": "waiting"}.get(state, "failed")
    return TestView.model_validate({"test_id": test_id, "state": shown, "trouble": _trouble(caller, problem)})


def _record(session: Session, caller: Caller, what: str, channel: MessageChannel) -> None:
    """Adds the change to the access log: it says where data leaves to, by kind and id, never by address."""
    entry = Access(
        at=caller.received_at,
        what=what,
        subject=caller.principal.name,
        customs_code=channel.customs_code,
        address=caller.address,
        detail=f"{channel.kind} {channel.channel_id}",
    )
    access_log.record(session, entry)
