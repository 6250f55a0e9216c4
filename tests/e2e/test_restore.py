"""A backup of a stack at work, restored into another folder: all agrees, timers fire, customs fills the gap."""

import json
import shutil
import sqlite3
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from runtime.sealing import new_key
from tests.e2e.client import APPOINTMENTS, Broker, body
from tests.e2e.conftest import close_port
from tests.e2e.stack import YUYUE, Up, until, up
from tests.pdfs.raw import one_page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

FILE, FORM = one_page(), {"purpose": "application"}


class Before(NamedTuple):
    """Numbers: to be cancelled, about to become overdue, approved after the backup, born after the backup."""

    booked: str
    neglected: str
    waiting: str
    younger: str


def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([YUYUE, *arguments], capture_output=True, text=True, timeout=120, check=False)


def succeeded(*arguments: str | Path) -> str:
    done = run(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def options(data: Path) -> tuple[str, ...]:
    return ("--data-dir", str(data), "--port-base", "0")


@contextmanager
def at_work(broker: Broker) -> Iterator[list[str]]:
    """Drafts are made and submitted all the while."""
    stop, made = threading.Event(), list[str]()

    def work() -> None:
        while not stop.is_set():
            number = broker.draft()
            body(broker.act(number, "submission"))
            made.append(number)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        until(lambda: len(made) > 3, seconds=30, what="work is under way")
        yield made
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def careless(stack: Up) -> Broker:
    """A pair of enterprises of its own, since an overdue appointment blocks both."""
    return Broker(stack, "advanced", "3122260001", "3122260004")


def live_and_back_up(stack: Up, data: Path, copy: Path) -> Before:
    """Plays the first stack's life until its data are deleted."""
    close_port(stack)
    with careless(stack) as other:
        neglected = other.approved(timedelta(seconds=12))
    with Broker(stack, "general", "3122260002", "3122260003") as broker:
        booked = broker.approved()
        broker.scenario("silent")
        waiting = broker.draft()
        body(broker.http.post(f"{APPOINTMENTS}/{waiting}/attachments", files={"file": ("a.pdf", FILE)}, data=FORM), 201)
        body(broker.act(waiting, "submission"))
        with at_work(broker) as made:
            succeeded("backup", copy, "--data-dir", data)
            until(lambda: len(made) > 6, seconds=30, what="work goes on after the backup")
        broker.decide(waiting, "APPROVED")
        broker.until_state(waiting, "succeeded")
        younger = broker.draft()
        broker.scenario("auto", younger)
        body(broker.act(younger, "submission"))
        broker.until_state(younger, "succeeded")
    return Before(booked, neglected, waiting, younger)


def test_a_backup_restored_elsewhere_goes_on(tmp_path: Path) -> None:
    old, copy, new = tmp_path / "old", tmp_path / "copy", tmp_path / "new"
    with up(tmp_path, *options(old)) as stack:
        before = live_and_back_up(stack.wait_until_ready(), old, copy)
        assert stack.stop() == 0
    assert_private(copy)
    assert "secrets.json" not in [path.name for path in copy.iterdir()]
    assert_refused(copy, new, old)
    succeeded("restore", copy, "--data-dir", new, "--keys", old / "secrets.json")
    assert_private(new)
    shutil.copyfile(old / "simulator.db", new / "simulator.db")  # customs has lost nothing
    with up(tmp_path, *options(new)) as stack:
        close_port(stack.wait_until_ready())
        with careless(stack) as other:  # a timer set before the backup fires
            other.until_state(before.neglected, "completed_without_feedback", seconds=40)
        with Broker(stack, "general", "3122260002", "3122260003") as broker:
            assert_goes_on(broker, before)
            assert_reconciles(stack, broker, before, new)
        assert_verified(new, before.booked, tmp_path / "heads.json")


def assert_goes_on(broker: Broker, before: Before) -> None:
    """A command finds its workflow; a file opens with the keys that were kept."""
    waiting = broker.view(before.waiting)
    assert waiting["state"] == "submitted"
    (attached,) = waiting["attachments"]
    file = broker.http.get(f"{APPOINTMENTS}/{before.waiting}/attachments/{attached['attachment_id']}")
    assert file.content == FILE
    broker.scenario("auto")
    body(broker.act(before.booked, "cancellation", {"reason": "船期取消"}))
    broker.until_state(before.booked, "cancelled")
    until(lambda: "CANCEL_CONFIRMED" in results(broker, before.booked), seconds=20, what="customs confirms")


def assert_reconciles(stack: Up, broker: Broker, before: Before, data: Path) -> None:
    """Receipts after the backup come in again; what is unknown here is named for a person."""
    told = run("reconcile", "--data-dir", data)
    assert told.returncode == 1, told.stdout + told.stderr
    assert before.younger in told.stdout
    assert "unknown_appointment" in told.stdout
    assert broker.view(before.waiting)["state"] == "succeeded"
    with stack.client("operator") as operator:
        for each in body(operator.get("/ops/v1/receipts/parked"))["items"]:
            assert each["pre_entry_no"] == before.younger
            body(operator.post(f"/ops/v1/receipts/parked/{each['id']}/dismiss", json={"reason": "备份之后的申请"}))
    succeeded("reconcile", "--data-dir", data)
    assert run("reconcile", "--data-dir", data).returncode == 1, "nothing is left to reconcile"


def assert_verified(data: Path, number: str, heads: Path) -> None:
    """All agrees; a changed row is mended; heads kept elsewhere are compared."""
    for _ in range(2):
        assert "heads.json" in succeeded("verify", "--data-dir", data, "--heads", heads)
    with closing(sqlite3.connect(data / "yuyue.db")) as database, database:
        database.execute("UPDATE appointments SET state = 'accepted' WHERE pre_entry_no = ?", (number,))
    assert number in succeeded("verify", "--data-dir", data, "--repair")
    kept = json.loads(heads.read_text())
    heads.write_text(json.dumps(kept | {"heads": kept["heads"] | {number: "0" * 64}}))
    assert "head_missing" in run("verify", "--data-dir", data, "--heads", heads).stdout


def results(broker: Broker, number: str) -> list[str]:
    return [row["result"] for row in broker.receipts(number)]


def assert_private(folder: Path) -> None:
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert {path for path, mode in modes.items() if mode & 0o077} == set()


def assert_refused(copy: Path, new: Path, old: Path) -> None:
    """A restore without keys, over existing data, or from a changed backup changes nothing."""
    assert "--keys" in run("restore", copy, "--data-dir", new).stderr
    assert "not empty" in run("restore", copy, "--data-dir", old, "--keys", old / "secrets.json").stderr
    other = copy.with_name("other.json")
    secrets = json.loads((old / "secrets.json").read_text())
    other.write_text(json.dumps(secrets | {"seal_keys": f"k1:{new_key()}"}))
    assert "lacks these keys" in run("restore", copy, "--data-dir", new, "--keys", other).stderr
    damaged = copy.with_name("damaged")
    shutil.copytree(copy, damaged)
    with (damaged / "yuyue.db").open("r+b") as file:
        file.seek(8192)
        file.write(b"x")
    assert "yuyue.db: changed" in run("restore", damaged, "--data-dir", new, "--keys", old / "secrets.json").stderr
    manifest = json.loads((copy / "backup.json").read_text())
    assert manifest["appointments"] > 3
    assert not new.exists()
