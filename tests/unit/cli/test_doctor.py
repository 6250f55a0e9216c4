"""What the doctor makes of what it sees."""

import fcntl
import json
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueueStats
from temporalio.api.workflowservice.v1 import DescribeTaskQueueResponse

from cli.doctor import folder
from cli.up.ports import PortNumbers, free_base
from runtime.backup.restored import MARK
from runtime.health import disk, services, store, upkeep
from runtime.health.finding import Level
from runtime.layout import Layout
from runtime.settings import Settings

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path / "data")
    layout.prepare()
    layout.ports.write_text(json.dumps(PortNumbers.at(free_base())._asdict()))
    return layout


def test_a_folder_others_may_read_is_a_fault(layout: Layout) -> None:
    assert folder.rights(layout).level is Level.OK
    layout.root.chmod(0o750)
    found = folder.rights(layout)
    assert (found.level, found.command) == (Level.FAULT, f"chmod go-rwx {layout.root}")


@pytest.mark.parametrize(
    ("free", "level"), [(3 * 1024**3, Level.OK), (1024**3, Level.WARNING), (100 * 1024**2, Level.FAULT)]
)
def test_room_on_the_disk(free: int, level: Level) -> None:
    assert disk.room(free).level is level


def test_a_port_somebody_else_took_is_named(layout: Layout) -> None:
    assert folder.ports(layout).level is Level.OK
    port = json.loads(layout.ports.read_text())["api"]
    with socket.create_server(("127.0.0.1", port)):
        found = folder.ports(layout)
    assert found.level is Level.WARNING
    assert str(port) in found.english


def test_a_running_stack_is_known_by_its_lock(layout: Layout) -> None:
    assert not folder.is_running(layout)
    with layout.lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert folder.is_running(layout)
    assert not folder.is_running(layout)


def test_a_restored_folder_asks_to_be_reconciled(layout: Layout) -> None:
    assert {each.part for each in folder.check(layout.root)} == {"rights", "disk", "ports"}
    (layout.root / MARK).write_text(json.dumps({"since": NOW.isoformat()}))
    found = list(folder.check(layout.root))[-1]
    assert (found.part, found.level) == ("restore", Level.WARNING)
    assert "yuyue reconcile" in found.remedy


def described(seen: datetime | None, waiting: int = 0) -> DescribeTaskQueueResponse:
    answer = DescribeTaskQueueResponse(stats=TaskQueueStats(approximate_backlog_count=waiting))
    if seen:
        poller = PollerInfo(identity="1@here")
        poller.last_access_time.FromDatetime(seen)
        answer.pollers.append(poller)
    return answer


@pytest.mark.parametrize(
    ("seen", "waiting", "level"),
    [
        (NOW, 0, Level.OK),
        (NOW, 5000, Level.WARNING),
        (NOW - timedelta(minutes=3), 0, Level.FAULT),
        (None, 0, Level.FAULT),
    ],
)
def test_a_queue_needs_somebody_who_polls(seen: datetime | None, waiting: int, level: Level) -> None:
    assert services.queue("workflow", "yuyue", described(seen, waiting), NOW).level is level


@pytest.mark.parametrize(
    ("seconds", "level"), [(0, Level.OK), (-4, Level.OK), (6, Level.WARNING), (-60, Level.WARNING)]
)
def test_clocks_must_agree(seconds: float, level: Level) -> None:
    assert store.skew("clock", "it", timedelta(seconds=seconds)).level is level


@pytest.mark.parametrize(("days", "level"), [(31, Level.OK), (30, Level.WARNING), (0, Level.WARNING)])
def test_the_end_of_customs_certificate_is_told_in_time(days: int, level: Level) -> None:
    assert services.certificate(days).level is level


def test_a_certificate_of_customs_that_cannot_be_used_is_a_fault_and_nothing_is_sent(tmp_path: Path) -> None:
    (found,) = services.check_customs(Settings(customs_certificate=tmp_path / "nothing.pem"))
    assert (found.part, found.level) == ("envelope", Level.FAULT)
    assert "YUYUE_CUSTOMS_CERTIFICATE" in found.remedy


@pytest.mark.parametrize(("count", "told"), [(1, "1, n0"), (6, "6, n0, n1, n2, n3, n4 …"), (1000, "1000+, n0")])
def test_workflows_that_stand_still_are_counted_and_some_are_named(count: int, told: str) -> None:
    found = services.stuck([f"n{number}" for number in range(count)])
    assert found.level is Level.FAULT
    assert told in found.english
    assert services.stuck([]).level is Level.OK


@pytest.mark.parametrize(("minutes", "level"), [(1, Level.OK), (5, Level.OK), (6, Level.FAULT), (60 * 24, Level.FAULT)])
def test_jobs_that_nobody_has_done_for_minutes_are_a_fault(minutes: int, level: Level) -> None:
    assert upkeep.ran(NOW - timedelta(minutes=minutes), NOW).level is level
