"""Files over real HTTP: the limit, hostile ones beside others' work, a kill between store and attach, a lost file."""

import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.e2e.client import APPOINTMENTS, Broker, body, codes
from tests.e2e.conftest import close_port
from tests.e2e.stack import YUYUE, Up, until, up
from tests.pdfs.hostile import HOSTILE
from tests.pdfs.ordinary import colour_scan
from tests.pdfs.raw import many_pages, of_length

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

LARGEST = 4 * 1024**2


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("attachments") / "data"


@pytest.fixture(scope="module")
def own_stack(data: Path) -> Iterator[Up]:
    """A stack whose parts a test may kill and whose files it may take away, if it puts them back."""
    with up(data.parent, "--data-dir", str(data), "--port-base", "0") as running:
        close_port(running.wait_until_ready())
        yield running


def upload(broker: Broker, number: str, file: bytes, key: str | None = None, **says: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    form = {"purpose": says.get("purpose", "application")}
    path = f"{APPOINTMENTS}/{number}/attachments"
    return broker.http.post(path, files={"file": (says.get("name", "a.pdf"), file)}, data=form, headers=headers)


def test_exactly_four_mebibytes_pass_and_more_is_refused_while_it_comes(broker: Broker) -> None:
    number, exact = broker.draft(), of_length(LARGEST)
    taken = body(upload(broker, number, exact), 201)
    assert (taken["size"], taken["pages"]) == (LARGEST, 20)
    for over in (exact + b"\n", exact * 3):
        refused = upload(broker, number, over)
        assert (refused.status_code, codes(refused)) == (422, ["document.too_large"])
    fetched = broker.http.get(f"{APPOINTMENTS}/{number}/attachments/{taken['attachment_id']}")
    assert fetched.content == exact


def test_customs_gets_digest_and_name_and_the_explanation_its_pdf(broker: Broker) -> None:
    number, scan = broker.draft(), colour_scan()
    taken = body(upload(broker, number, scan, name="原产地证书.pdf"), 201)
    body(broker.act(number, "submission"))
    broker.until_state(number, "succeeded")
    explained = body(upload(broker, number, many_pages(2), purpose="explanation"), 201)
    body(broker.act(number, "explanation", {"attachment_id": explained["attachment_id"]}))
    until(lambda: len(broker.received(number)) == 2, seconds=20, what="customs has both messages")
    apply, explanation = (each["body_xml"] for each in broker.received(number))
    assert taken["sha256"] in apply
    assert "<name>原产地证书.pdf</name>" in apply
    assert explained["sha256"] in explanation
    broker.until_state(number, "released")


def test_others_work_while_hostile_files_are_inspected(broker: Broker, stranger: Broker, stack: Up) -> None:
    number, answers = broker.draft(), list[httpx.Response]()
    names = ("250 texts of 15 MB", "1,500 pages of 1,500 shared objects", "flate bomb of 4 GB")
    files = [HOSTILE[name].make() for name in names]

    def attack() -> None:
        with stack.client("general") as client:
            for file in files:
                path, form = f"{APPOINTMENTS}/{number}/attachments", {"purpose": "application"}
                answers.append(client.post(path, files={"file": ("a.pdf", file)}, data=form))

    attacks = [threading.Thread(target=attack) for _ in range(2)]
    for each in attacks:
        each.start()
    made = 0
    while any(each.is_alive() for each in attacks):
        stranger.draft()
        made += 1
    assert made > 3
    assert [codes(each) for each in answers] == [["document.too_complex"]] * 6
    children = psutil.Process(stack.ready["pids"]["api"]).children(recursive=True)
    assert children
    assert all(each.memory_info().rss < 100 * 1024**2 for each in children)


def test_a_kill_between_store_and_attach_leaves_nothing_broken(own_stack: Up, data: Path) -> None:
    scan = colour_scan()
    with Broker(own_stack, "general", "3122260002", "3122260003") as broker:
        number = broker.draft()
        worker = psutil.Process(own_stack.ready["pids"]["worker"])
        worker.suspend()  # so the file is stored, and nobody answers the attach
        uploading = threading.Thread(target=_try_to_upload, args=(broker, number, scan))
        uploading.start()
        until(lambda: stored(data), seconds=20, what="the file is stored")
        api = psutil.Process(own_stack.ready["pids"]["api"])
        api.send_signal(signal.SIGKILL)
        worker.resume()
        uploading.join()
        until(lambda: _is_up(own_stack, api.pid), seconds=30, what="the API is back")
        assert len(broker.view(number)["attachments"]) <= 1
        taken = body(upload(broker, number, scan, key="again"), 201)
        assert body(upload(broker, number, scan, key="again"), 201) == taken
        assert taken["attachment_id"] in {each["attachment_id"] for each in broker.view(number)["attachments"]}
        until(lambda: verified(data).returncode == 0, seconds=30, what="all agrees")


def _try_to_upload(broker: Broker, number: str, scan: bytes) -> None:
    try:
        upload(broker, number, scan, key="lost")
    except httpx.HTTPError:
        return


def _is_up(stack: Up, before: int) -> bool:
    if stack.ready["pids"]["api"] == before:
        return False
    with stack.client() as client:
        try:
            return client.get("/health/ready").status_code == 200
        except httpx.HTTPError:
            return False


def stored(data: Path) -> set[Path]:
    """The files of attachments."""
    return set((data / "objects").rglob("[0-9a-f]" * 96))


def verified(data: Path) -> "subprocess.CompletedProcess[str]":
    command = [str(YUYUE), "verify", "--data-dir", str(data)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_file_that_is_lost_is_noticed_by_everybody_who_looks(own_stack: Up, data: Path, tmp_path: Path) -> None:
    with Broker(own_stack, "general", "3122260002", "3122260003") as broker:
        number = broker.draft()
        before = stored(data)
        taken = body(upload(broker, number, colour_scan()), 201)
        (lost,) = stored(data) - before
        assert taken["sha256"] not in lost.name
        assert verified(data).returncode == 0
        whole = backup(data, tmp_path / "whole")
        assert whole.returncode == 0, whole.stderr
        kept = tmp_path / "whole" / lost.relative_to(data)
        lost.unlink()
        assert "file_missing" in verified(data).stdout
        lost.write_bytes(b"%PDF-1.7 something else")
        said = verified(data)
        assert (said.returncode, "file_damaged" in said.stdout) == (1, True)
        assert findings(data)["files"] == "fault"
        assert backup(data, tmp_path / "half").returncode == 1
        assert not (tmp_path / "half" / "backup.json").exists()
        lost.write_bytes(kept.read_bytes())
        assert verified(data).returncode == 0
        assert findings(data)["files"] == "ok"


def backup(data: Path, target: Path) -> "subprocess.CompletedProcess[str]":
    command = [str(YUYUE), "backup", str(target), "--data-dir", str(data)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def findings(data: Path) -> dict[str, str]:
    command = [str(YUYUE), "doctor", "--json", "--data-dir", str(data)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout
    return {each["part"]: each["level"] for each in json.loads(told)}
