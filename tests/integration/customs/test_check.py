"""`yuyue customs check` against the simulated office, which passes, and against offices that have faults."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from customs.channels.directory.storage import Box
from tests.integration.simulator.process import OfficeProcess
from tests.integration.simulator.receiver import Answer, Receiver
from tests.sshd import sshd
from tests.unit.customs.boxes import boxes


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("boxes")


@pytest.fixture(scope="module")
def office(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeProcess]:
    running = OfficeProcess(
        "http://127.0.0.1:9", tmp_path_factory.mktemp("office") / "office.sqlite3", "--boxes", str(root)
    )
    running.scenario("auto")
    yield running
    running.close()


def check(*options: str, seconds: float = 20) -> tuple[int, dict[str, dict[str, str]]]:
    """The exit code, and the outcomes by case."""
    ran = CliRunner().invoke(app, ["customs", "check", "--json", "--seconds", str(seconds), *options])
    return ran.exit_code, {each["case"]: each for each in json.loads(ran.stdout)}


def test_the_simulated_office_passes_over_http(office: OfficeProcess) -> None:
    code, outcomes = check("--http", office.url)
    assert {case: each for case, each in outcomes.items() if each["verdict"] == "failed"} == {}
    assert (code, outcomes["receipts"]["verdict"], len(outcomes)) == (0, "skipped", 16)


def test_the_simulated_office_passes_over_a_directory(office: OfficeProcess, root: Path) -> None:
    code, outcomes = check("--directory", str(root))
    assert {case: each for case, each in outcomes.items() if each["verdict"] != "passed"} == {}
    assert (code, len(outcomes)) == (0, 20)
    assert office.received()


def test_the_simulated_office_passes_over_sftp(office: OfficeProcess, root: Path, tmp_path: Path) -> None:
    with sshd(tmp_path / "sshd") as server:
        keys = ("--sftp-key", str(server.key), "--known-hosts", str(server.known_hosts))
        code, outcomes = check("--sftp", server.url(root), *keys)
    assert {case: each for case, each in outcomes.items() if each["verdict"] != "passed"} == {}
    assert code == 0
    assert office.received()


def test_an_office_that_takes_everything_and_says_so_badly_fails_each_case_with_a_remedy() -> None:
    receiver = Receiver()
    receiver.answer = lambda _: Answer(200, b"<ok/>")
    code, outcomes = check("--http", receiver.url)
    receiver.close()
    assert code == 1
    failed = {case for case, each in outcomes.items() if each["verdict"] == "failed"}
    assert failed == outcomes.keys() - {"receipts"}
    assert all(outcomes[case]["remedy"] for case in failed)
    assert "no technical reply" in outcomes["golden appointment_apply"]["seen"]


def test_an_office_that_does_not_fetch_fails_and_its_outbox_is_left_empty(tmp_path: Path) -> None:
    storage = boxes(tmp_path)
    code, outcomes = check("--directory", str(tmp_path), seconds=0.1)
    assert code == 1
    assert outcomes["golden appointment_apply"]["seen"] == "not fetched from OutBox within 0.1 s"
    assert storage.files(Box.OUT) == []


def test_one_way_must_be_chosen() -> None:
    assert CliRunner().invoke(app, ["customs", "check"]).exit_code == 2
