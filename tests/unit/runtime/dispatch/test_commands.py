from datetime import UTC, datetime
from typing import Any, cast

import pytest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.actor import Actor, ActorKind
from runtime.dispatch.commands import CommandSender, failure_of, update_id
from runtime.dispatch.failures import OutcomeUnknown, Refused, TemporalUnavailable
from runtime.metrics import Metrics
from runtime.settings import Settings
from runtime.temporal import connect
from workflows.contracts import Answer, Command

AT = datetime(2026, 11, 24, tzinfo=UTC)


def command(kind: ActorKind = ActorKind.ENTERPRISE) -> Command:
    return Command(key="k1", body_hash="h", received_at=AT, actor=Actor(kind=kind, id="3122260002"))


def workflow_refuses(code: str, *faults: dict[str, Any]) -> Refused:
    error = failure_of(ApplicationError(code, {"faults": list(faults)}, type=code, non_retryable=True))
    assert isinstance(error, Refused)
    return error


def test_a_workflows_rule_faults_come_out_together() -> None:
    refusal = workflow_refuses(
        "validation.failed",
        {"code": "cutoff.passed", "field": "window_start", "facts": {"submit_by": "2026-11-24T17:00:00+08:00"}},
        {"code": "goods.required", "field": "goods", "facts": {}},
    )
    assert refusal.code == "validation.failed"
    assert [fault.code for fault in refusal.faults] == ["cutoff.passed", "goods.required"]
    assert refusal.faults[0].facts["submit_by"] == "2026-11-24T17:00:00+08:00"


def test_a_workflows_state_comes_out_with_what_may_be_done() -> None:
    facts = {"state": "submitted", "permitted_actions": []}
    refusal = workflow_refuses("state.not_permitted", {"code": "state.not_permitted", "field": None, "facts": facts})
    assert (refusal.code, refusal.faults[0].facts) == ("state.not_permitted", facts)


def test_a_known_code_without_details_still_refuses() -> None:
    error = failure_of(ApplicationError("", type="version.stale"))
    assert isinstance(error, Refused)
    assert error.code == "version.stale"


@pytest.mark.parametrize("cause", [ApplicationError("x", type="AcceptedUpdateCompletedWorkflow"), ValueError("x")])
def test_any_other_failure_there_leaves_the_outcome_unknown(cause: BaseException) -> None:
    error = failure_of(cause)
    assert isinstance(error, OutcomeUnknown)
    assert error.code == "outcome.unknown"


def test_an_enterprise_cannot_occupy_the_update_id_of_a_receipt() -> None:
    assert update_id(command(ActorKind.ENTERPRISE)) != update_id(command(ActorKind.CUSTOMS))


async def test_while_temporal_is_away_the_outcome_is_unknown_within_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    metrics = Metrics()
    commands = CommandSender(await connect(Settings(), lazy=True), metrics, limit_seconds=0.5)
    with pytest.raises(OutcomeUnknown) as raised:
        await commands.update("202600000000000001", "submit", command(), Answer)
    assert raised.value.code == "outcome.unknown"
    assert b'yuyue_commands_total{command="submit",outcome="outcome.unknown"} 1.0' in metrics.page()


class Answering:
    """A client, and a handle of it, whose calls end with these errors in turn."""

    def __init__(self, *statuses: RPCStatusCode) -> None:
        self._left = list(statuses)

    def get_workflow_handle(self, _: str) -> "Answering":
        return self

    async def execute_update(self, *_: object, **__: object) -> None:
        status = self._left.pop(0) if len(self._left) > 1 else self._left[0]
        raise RPCError(status.name, status, b"")


@pytest.mark.parametrize("certain", [RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.RESOURCE_EXHAUSTED])
async def test_a_refused_call_says_nothing_of_the_call_before_it(certain: RPCStatusCode) -> None:
    client = cast("Client", Answering(RPCStatusCode.DEADLINE_EXCEEDED, certain))
    with pytest.raises(OutcomeUnknown):
        await CommandSender(client, Metrics(), limit_seconds=0.5).update(
            "202600000000000001", "submit", command(), Answer
        )


async def test_where_every_call_was_refused_nothing_was_done() -> None:
    client = cast("Client", Answering(RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.PERMISSION_DENIED))
    with pytest.raises(TemporalUnavailable):
        await CommandSender(client, Metrics(), limit_seconds=0.5).update(
            "202600000000000001", "submit", command(), Answer
        )
