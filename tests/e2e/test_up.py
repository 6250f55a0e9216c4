"""The stack itself: starts, refuses, survives, stops, and leaves nothing behind."""

import os
import signal
import socket
import sqlite3
import subprocess
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import psutil
import pytest

from tests.e2e.client import Broker, body, login
from tests.e2e.conftest import close_port
from tests.e2e.stack import YUYUE, Up, until, up

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
    data = tmp_path / "data"
    options = ("--data-dir", str(data), "--port-base", "0", "--workers", "2")
    with up(tmp_path, *options) as first:
        ready = first.wait_until_ready().ready
        assert set(ready["keys"]) == KEYS
        assert set(ready["pids"]) == {"temporal", "simulator", "card_agent", "worker", "worker-2", "api"}
        assert ready["card_agent"].startswith("http://127.0.0.1:")
        assert set(ready["users"]) == KEYS - {"customs"} | {"drafter"}
        until(lambda: ready["users"]["general"][0] in first.output, seconds=20, what="how to log in is said")
        session = logged_in(first, "general")
        number = book_silently(first)
        assert_second_stack_refused(data)
        family = first.family()
        first.stop(signal.SIGKILL)
        assert psutil.wait_procs(family, timeout=20)[1] == []

    with up(tmp_path, *options) as second:
        assert second.wait_until_ready().ready["keys"] == ready["keys"]
        assert second.ready["users"] == ready["users"]
        logged_in(second, "operator")
        with second.client() as browser:
            browser.cookies = session
            assert body(browser.get("/api/v1/session"))["customs_code"] == "3122260002"
        with Broker(second, "general", "3122260002", "3122260003") as broker:
            assert broker.view(number)["state"] == "submitted"
            broker.decide(number, "APPROVED")
            broker.until_state(number, "succeeded")
        assert_verified(data, number)
        family = second.family()
        assert second.stop() == 0
        assert psutil.wait_procs(family, timeout=0)[1] == []


def logged_in(stack: Up, role: str) -> httpx.Cookies:
    """The cookies of a new session, with name and password as they were announced."""
    name, password = stack.ready["users"][role]
    with stack.client() as browser:
        assert body(login(browser, name, password), 201)["name"] == name
        return browser.cookies


def book_silently(stack: Up) -> str:
    """An appointment that customs has received and not answered."""
    close_port(stack)
    with Broker(stack, "general", "3122260002", "3122260003") as broker:
        broker.scenario("silent")
        number = broker.draft(timedelta(hours=2))
        body(broker.act(number, "submission"))
        until(lambda: broker.received(number), seconds=10, what="customs receives the application")
    return number


def assert_second_stack_refused(data: Path) -> None:
    command = [str(YUYUE), "up", "--port-base", "0", "--data-dir", str(data)]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode != 0
    assert str(data) in refused.stderr
    assert "in use" in refused.stderr


def assert_verified(data: Path, number: str) -> None:
    """All agrees; a changed read row is found; a rebuild mends it."""
    assert yuyue("verify", data).returncode == 0
    with closing(sqlite3.connect(data / "yuyue.db")) as database, database:
        database.execute("UPDATE appointments SET state = 'accepted'")
    wrong = yuyue("verify", data)
    assert (wrong.returncode, wrong.stdout.count(number)) == (1, 2), wrong.stdout + wrong.stderr
    assert yuyue("rebuild", data).returncode == 0
    assert yuyue("verify", data).returncode == 0


def yuyue(command: str, data: Path) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"COLUMNS": "200"}
    return subprocess.run(
        [str(YUYUE), command, "--data-dir", str(data)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
    )


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        command = [str(YUYUE), "up", "--ephemeral", "--port-base", str(port), "--ready-file", str(tmp_path / "ready")]
        refused = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode != 0
    assert str(port) in refused.stderr
    assert f"pid {os.getpid()}" in refused.stderr
    assert not (tmp_path / "ready").exists()


def test_an_unknown_policy_key_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with up(tmp_path, "--ephemeral", "--port-base", "0", policy="[cutof]\nenforce = false\n") as refused:
        assert refused.process.wait(30) != 0
        assert "cutof" in refused.output


def test_a_stack_stopped_while_it_starts_leaves_no_process(tmp_path: Path) -> None:
    with up(tmp_path, "--ephemeral", "--port-base", "0") as starting:
        until(lambda: len(starting.family()) >= 3, seconds=60, what="the first children run")
        family = starting.family()
        assert starting.stop(signal.SIGINT) == 0, starting.output
        assert psutil.wait_procs(family, timeout=0)[1] == []
        assert not (tmp_path / "ready.json").exists()


def test_a_second_ctrl_c_does_not_wait(tmp_path: Path) -> None:
    with up(tmp_path, "--ephemeral", "--port-base", "0") as running:
        ready = running.wait_until_ready().ready
        family = running.family()
        os.kill(ready["pids"]["api"], signal.SIGSTOP)  # a part that answers nothing any more
        running.process.send_signal(signal.SIGINT)
        until(lambda: "Ctrl-C" in running.output.split("try")[-1].split("stops")[-1], seconds=20, what="it is stopping")
        running.stop(signal.SIGINT)
        assert psutil.wait_procs(family, timeout=20)[1] == []
        assert "did not stop" not in running.output
