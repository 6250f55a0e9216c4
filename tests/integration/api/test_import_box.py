"""The box of an ERP: what is put into OutBox is answered by files, once, however often the box is killed."""

import io
import os
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from lxml import etree
from openpyxl import Workbook

from api.appointments.importing.template import HEADINGS
from cli.import_box.box import ImportBox, Round
from cli.import_box.ledger import Ledger
from cli.import_box.service import BoxService, Undecided
from customs.channels.directory.local import LocalStorage
from customs.channels.directory.storage import Box
from tests.architecture.source import ROOT
from tests.e2e.boxes import NAMESPACE, application_xml
from tests.integration.api.api_stack import ApiStack, body, content, saturday
from tests.integration.api.drafts import listed
from tests.integration.api.receipts import approval, receipt

SCHEMAS = ROOT / "cli" / "import_box" / "schemas"


class Crash(BaseException):
    """The process ends here."""


class FailingStorage(LocalStorage):
    """Ends the process at its n-th write or move: before it, or right after it."""

    def __init__(self, root: Path, at: int, *, after: bool) -> None:
        super().__init__(root)
        self.left, self.after = at, after

    def write(self, box: Box, name: str, content: bytes) -> None:
        self._crash(after=False)
        super().write(box, name, content)
        self._crash(after=True)

    def move(self, box: Box, name: str, to: Box, as_name: str) -> bool:
        self._crash(after=False)
        done = super().move(box, name, to, as_name)
        self._crash(after=True)
        return done

    def _crash(self, *, after: bool) -> None:
        if after is self.after:
            self.left -= 1
            if self.left < 0:
                raise Crash


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for box in Box:
        (tmp_path / box).mkdir()
    return tmp_path


@asynccontextmanager
async def opened(
    stack: ApiStack, folder: Path, *, storage: LocalStorage | None = None, patience: float = 0
) -> AsyncIterator[ImportBox]:
    """The box as one process has it."""
    async with stack.client("general", **{"accept-language": "en"}) as http:
        with closing(Ledger(folder / "ledger.sqlite")) as ledger:
            own = storage or LocalStorage(folder)
            yield ImportBox(own, ledger, BoxService(http), language="en", unchanged_seconds=patience)


async def one_round(stack: ApiStack, folder: Path, **how: Any) -> Round:
    async with opened(stack, folder, **how) as box:
        return await box.round()


def application(client_no: str, **changes: Any) -> bytes:
    return application_xml(client_no, content(**changes))


def put(folder: Path, name: str, raw: bytes) -> None:
    (folder / Box.OUT / name).write_bytes(raw)


def names(folder: Path, box: Box) -> list[str]:
    return sorted(path.name for path in (folder / box).iterdir())


def valid(path: Path) -> etree._Element:
    """The document of a file, which must be valid by the published schema."""
    root = etree.fromstring(path.read_bytes())
    etree.XMLSchema(file=SCHEMAS / "erp-1.xsd").assertValid(root)
    return root


def faults(path: Path) -> list[tuple[str | None, str | None, str | None]]:
    """The faults of a refusal: the application's number, code and field; each has a message and a remedy."""
    found = []
    for refused in valid(path):
        for fault in refused:
            said = {etree.QName(each).localname: each.text for each in fault}
            assert said["message"]
            assert said["remedy"]
            found.append((refused.get("client_no"), said["code"], said.get("field")))
    return found


async def test_an_application_is_answered_by_a_receipt_for_each_of_its_states(stack: ApiStack, folder: Path) -> None:
    client_no = f"SO-{uuid4().hex}"
    put(folder, "a.xml", application(client_no))
    put(folder, "b.xml.tmp", b"not yet renamed")
    assert await one_round(stack, folder) == Round(accepted=1)
    assert names(folder, Box.OUT) == ["b.xml.tmp"]
    assert names(folder, Box.SENT) == ["a.xml"]
    [made] = names(folder, Box.IN)
    assert made == f"{client_no}.0002.submitted.xml"
    number = str(valid(folder / Box.IN / made).findtext(f"{{{NAMESPACE}}}pre_entry_no"))
    async with stack.client("customs") as customs:
        body(await customs.post("/customs/v1/receipts", content=receipt(number, "ACCEPTED")), 202)
        body(await customs.post("/customs/v1/receipts", content=approval(number)), 202)
    assert await one_round(stack, folder) == Round(changed=2)
    assert await one_round(stack, folder) == Round(), "each receipt comes once"
    states = {name: valid(folder / Box.IN / name) for name in names(folder, Box.IN)}
    assert [name.split(".")[2] for name in states] == ["submitted", "accepted", "succeeded"]
    last = states[f"{client_no}.0004.succeeded.xml"]
    assert last.findtext(f"{{{NAMESPACE}}}application_no") == number
    assert last.get("client_no") == client_no


async def test_a_refused_application_comes_back_with_all_faults_and_the_corrected_one_is_taken(
    stack: ApiStack, folder: Path
) -> None:
    good, bad, odd, mark = (uuid4().hex for _ in range(4))
    put(folder, "bad.xml", application(bad, contact_mobile="1", goods=[]))
    put(folder, "good.xml", application(good, reason=mark))
    put(folder, "odd.xml", application(odd, reason=mark, contact_mobile="2").replace(b"reason>", b"colour>"))
    assert await one_round(stack, folder) == Round(accepted=1, refused=2)
    assert names(folder, Box.FAILED) == ["bad.refused.xml", "bad.xml", "odd.refused.xml", "odd.xml"]
    assert {(bad, "field.invalid", "contact_mobile"), (bad, "goods.required", "goods")} <= set(
        faults(folder / Box.FAILED / "bad.refused.xml")
    )
    assert {(odd, "field.unknown", "colour"), (odd, "field.invalid", "contact_mobile")} <= set(
        faults(folder / Box.FAILED / "odd.refused.xml")
    )
    put(folder, "bad.xml", application(bad, reason=mark))
    assert await one_round(stack, folder) == Round(accepted=1)
    async with stack.client("general") as client:
        assert len(await listed(client, mark)) == 2


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(4))
async def test_a_kill_between_any_two_steps_loses_nothing_and_doubles_nothing(
    stack: ApiStack, folder: Path, at: int, after: bool
) -> None:
    mark = uuid4().hex
    put(folder, "1.xml", application(f"{mark}-1", reason=mark))
    put(folder, "2.xml", application(f"{mark}-2", reason=mark, contact_mobile="1"))
    with pytest.raises(Crash):
        await one_round(stack, folder, storage=FailingStorage(folder, at, after=after))
    await one_round(stack, folder)
    assert names(folder, Box.OUT) == []
    assert names(folder, Box.SENT) == ["1.xml"]
    assert names(folder, Box.FAILED) == ["2.refused.xml", "2.xml"]
    assert names(folder, Box.IN) == [f"{mark}-1.0002.submitted.xml"]
    async with stack.client("general") as client:
        assert Counter(row["state"] for row in await listed(client, mark)) == {"submitted": 1}


async def test_what_a_killed_process_left_half_written_is_removed(stack: ApiStack, folder: Path) -> None:
    for box in (Box.IN, Box.FAILED):
        (folder / box / ".1.xml.0a1b2c3d.tmp").write_bytes(b"<rec")
        (folder / box / "kept.xml").write_bytes(b"<a/>")
    async with opened(stack, folder) as own:
        own.remove_unfinished()
    assert [names(folder, box) for box in (Box.IN, Box.FAILED)] == [["kept.xml"]] * 2


async def test_a_change_while_a_file_waits_is_not_missed(stack: ApiStack, folder: Path) -> None:
    """The box is killed after its batch; the application goes on before the box knows its number."""
    client_no = uuid4().hex
    put(folder, "a.xml", application(client_no, reason=client_no))
    with pytest.raises(Crash):
        await one_round(stack, folder, storage=FailingStorage(folder, 0, after=False))
    async with stack.client("general") as client, stack.client("customs") as customs:
        [row] = await listed(client, client_no)
        body(await customs.post("/customs/v1/receipts", content=receipt(row["pre_entry_no"], "RETURNED")), 202)
    await one_round(stack, folder)
    assert names(folder, Box.IN) == [f"{client_no}.0002.submitted.xml", f"{client_no}.0003.returned.xml"]


async def test_nothing_leaves_outbox_while_the_api_decides_nothing(
    stack: ApiStack, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client_no = uuid4().hex
    put(folder, "a.xml", application(client_no))
    async with opened(stack, folder) as box:
        undecided = [{"status": 503, "code": "outcome.unknown", "errors": [], "pre_entry_no": None}]
        with monkeypatch.context() as away:
            away.setattr(BoxService, "declare", lambda *_: _returned(undecided))
            assert (await box.round()).waiting == 1
        with monkeypatch.context() as away:
            away.setattr(BoxService, "_call", _failing)
            with pytest.raises(Undecided):
                await box.round()
        assert names(folder, Box.OUT) == ["a.xml"]
        assert (await box.round()).accepted == 1


async def _returned(answer: Any) -> Any:
    return answer


async def _failing(*_: Any, **__: Any) -> Any:
    raise Undecided("ConnectError")


async def test_a_number_that_comes_with_another_content_is_refused(stack: ApiStack, folder: Path) -> None:
    client_no = uuid4().hex
    put(folder, "a.xml", application(client_no, reason=client_no))
    await one_round(stack, folder)
    put(folder, "a.xml", application(client_no, reason=client_no))
    assert await one_round(stack, folder) == Round(accepted=1), "the same file gets the same receipt"
    put(folder, "a.xml", application(client_no, reason=client_no, contact_name="李小红"))
    assert await one_round(stack, folder) == Round(refused=1)
    assert [code for _, code, _ in faults(folder / Box.FAILED / "a.refused.xml")] == ["idempotency.conflict"]
    assert len(names(folder, Box.SENT)) == 2, "nothing that is kept is overwritten"
    async with stack.client("general") as client:
        assert len(await listed(client, client_no)) == 1


async def test_files_that_are_none_are_explained_in_failbox(stack: ApiStack, folder: Path) -> None:
    secret = folder / "secret.xml"
    secret.write_bytes(application("secret"))
    (folder / Box.OUT / "link.xml").symlink_to(secret)
    (folder / Box.OUT / "folder.xml").mkdir()
    put(folder, "doctype.xml", b"<!DOCTYPE a><a/>")
    put(folder, "large.xml", b" " * (1024**2 + 1))
    put(folder, "other.xml", b"<other/>")
    put(folder, "plain.txt", b"hello")
    put(folder, "sheet.xlsx", sheet(("a", "b", "c"))[:500])
    put(folder, "unnumbered.xml", application(" "))
    done = await one_round(stack, folder)
    assert (done.accepted, done.refused, done.waiting) == (0, 8, 0)
    assert names(folder, Box.OUT) == []
    notes = [name for name in names(folder, Box.FAILED) if name.endswith(".refused.xml")]
    assert {name: faults(folder / Box.FAILED / name)[0][1] for name in notes} == {
        **{
            f"{name}.refused.xml": "box.unreadable" for name in ("link", "folder", "doctype", "large", "other", "plain")
        },
        "sheet.refused.xml": "import.unreadable",
        "unnumbered.refused.xml": "field.required",
    }
    assert secret.exists()


async def test_an_application_that_fills_a_batch_is_refused_and_holds_up_no_other(
    stack: ApiStack, folder: Path
) -> None:
    large, small = uuid4().hex, uuid4().hex
    put(folder, "large.xml", application(large, reason="长" * 300_000))
    put(folder, "small.xml", application(small))
    assert await one_round(stack, folder) == Round(accepted=1, refused=1)
    assert ("field.invalid", "reason") in {each[1:] for each in faults(folder / Box.FAILED / "large.refused.xml")}


async def test_a_file_that_is_still_written_waits(stack: ApiStack, folder: Path) -> None:
    client_no = uuid4().hex
    whole = application(client_no)
    put(folder, "a.xml", whole[:200])
    async with opened(stack, folder, patience=3600) as box:
        assert (await box.round()).waiting == 1
        assert names(folder, Box.OUT) == ["a.xml"]
        put(folder, "a.xml", whole)
        assert (await box.round()).accepted == 1


def sheet(*rows: tuple[str, str, str]) -> bytes:
    """A workbook of applications: number, mobile and reason."""
    book, file = Workbook(), io.BytesIO()
    assert book.active is not None
    window = f"{saturday():%Y-%m-%d %H:%M}"
    book.active.append(HEADINGS)
    for number, mobile, reason in rows:
        parties = [number, "3122260003", "王小明", mobile, "2233", "2233", "5", "进口", window]
        book.active.append([*parties, "鲜活", reason, "0301999390", "其他活鱼"])
    book.save(file)
    return file.getvalue()


async def test_a_single_round_refuses_half_a_file_that_has_been_there_for_long(stack: ApiStack, folder: Path) -> None:
    put(folder, "cut.xml", application("CUT-1")[:200])
    assert (await one_round(stack, folder, patience=60)).waiting == 1
    os.utime(folder / Box.OUT / "cut.xml", times=(time.time() - 301,) * 2)
    assert (await one_round(stack, folder, patience=60)).refused == 1
    assert names(folder, Box.FAILED) == ["cut.refused.xml", "cut.xml"]


async def test_rows_of_a_spreadsheet_are_accepted_and_refused_one_by_one(stack: ApiStack, folder: Path) -> None:
    mark = uuid4().hex
    put(folder, "a.xlsx", sheet((f"甲 {mark}", "13800138000", mark), (f"乙 {mark}", "1", mark)))
    assert await one_round(stack, folder) == Round(accepted=1, refused=1)
    assert [(number, field) for number, _, field in faults(folder / Box.FAILED / "a.refused.xml")] == [
        (f"乙 {mark}", "contact_mobile")
    ]
    put(folder, "a.xlsx", sheet((f"甲 {mark}", "13800138000", mark), (f"乙 {mark}", "13800138000", mark)))
    assert await one_round(stack, folder) == Round(accepted=2)
    async with stack.client("general") as client:
        assert len(await listed(client, mark)) == 2
