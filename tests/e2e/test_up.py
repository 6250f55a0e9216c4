"""The stack itself: starts, refuses, survives, stops, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from tests.e2e.conftest import close_port
from tests.e2e.desk import Desk, body
from tests.e2e.stack import YUYUE, up

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

KEYS = {
    "advanced",
    "general",
    "importer",
    "importer_advanced",
    "dishonest",
    "unqualified",
    "operator",
    "customs",
}


def test_a_killed_stack_leaves_no_process_and_its_data_dir_lives_on(tmp_path: Path) -> None:
    options = ("--data-dir", str(tmp_path / "data"), "--port-base", "0", "--workers", "2")
    with up(tmp_path, *options) as first:
        ready = first.wait_until_ready().ready
        assert set(ready["keys"]) == KEYS
        assert set(ready["pids"]) == {"temporal", "simulator", "worker", "worker-2", "api"}
        assert ready["card_agent"] is None
        close_port(first)
        desk = Desk(first, "general", "3122260002", "3122260003")
        desk.scenario("silent")
        number = desk.draft(timedelta(hours=2))
        body(desk.act(number, "submission"))
        assert_second_stack_refused(tmp_path / "data")

        family = first.family()
        first.stop(signal.SIGKILL)
        assert psutil.wait_procs(family, timeout=5)[1] == []

    with up(tmp_path, *options) as second:
        again = second.wait_until_ready()
        assert again.ready["keys"] == ready["keys"]
        desk = Desk(again, "general", "3122260002", "3122260003")
        assert desk.view(number)["state"] == "submitted"
        desk.decide(number, "APPROVED")
        desk.until_state(number, "succeeded")
        assert_verified(tmp_path / "data")

        family = again.family()
        assert again.stop() == 0
        assert psutil.wait_procs(family, timeout=0)[1] == []


def assert_second_stack_refused(data: Path) -> None:
    command = [str(YUYUE), "up", "--port-base", "0", "--data-dir", str(data)]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert refused.returncode != 0
    assert str(data) in refused.stderr
    assert "in use" in refused.stderr


def assert_verified(data: Path) -> None:
    verified = subprocess.run(
        [str(YUYUE), "verify", "--data-dir", str(data)], capture_output=True, text=True, timeout=60, check=False
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        command = [str(YUYUE), "up", "--ephemeral", "--port-base", str(port), "--ready-file", str(tmp_path / "ready")]
        refused = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert refused.returncode != 0
    assert str(port) in refused.stderr
    assert f"pid {os.getpid()}" in refused.stderr
    assert not (tmp_path / "ready").exists()


def test_an_unknown_policy_key_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with up(tmp_path, "--ephemeral", "--port-base", "0", policy="[cutof]\nenforce = false\n") as refused:
        assert refused.process.wait(30) != 0
        assert "cutof" in refused.output
