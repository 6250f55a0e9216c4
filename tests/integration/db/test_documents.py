"""References to files follow the snapshots; a file is collected only when nobody refers to it or is about to."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from db import documents
from db.engine import reading, writing
from db.projections import project, rebuild
from db.repair import repair_rows
from db.tables import AttachmentRow, StoredFileRow
from db.verify import DiscrepancyKind, verify
from domain.appointment import Attachment, AttachmentPurpose
from domain.event import Action
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import NOON, NUMBER, appointment, created, deleted, event

ROWS, FILES = AttachmentRow.table(), StoredFileRow.table()
A, B, C = "a" * 64, "b" * 64, "c" * 64
DAY = timedelta(days=1)


def attachment(attachment_id: str, sha256: str) -> Attachment:
    particulars: dict[str, Any] = {"size": 1, "pages": 1, "purpose": AttachmentPurpose.APPLICATION, "attached_at": NOON}
    return Attachment(attachment_id=attachment_id, name="sealed:v1:k1:CCCC", sha256=sha256, **particulars)


def attached(engine: sa.Engine, version: int, number: str = NUMBER, **files: str) -> None:
    """Says at that version what the appointment refers to: ``id=sha256``."""
    if version == 2:
        project(engine, [created(number)])
    held = tuple(attachment(name, sha256) for name, sha256 in files.items())
    project(engine, [event(appointment(number, version, attachments=held), Action.ATTACHED)])


def references(engine: sa.Engine) -> set[tuple[str, str]]:
    with reading(engine) as session:
        return {(row.attachment_id, row.sha256) for row in session.execute(sa.select(ROWS))}


def orphans(engine: sa.Engine) -> list[str]:
    with reading(engine) as session:
        return documents.orphans(session, NOON)


def test_references_follow_the_newest_snapshot(engine: sa.Engine) -> None:
    attached(engine, 2, one=A, two=B)
    assert references(engine) == {("one", A), ("two", B)}
    attached(engine, 3, two=B, three=B)
    assert references(engine) == {("two", B), ("three", B)}
    project(engine, [deleted(version=4)])
    assert references(engine) == set()


def test_references_are_made_again_and_what_is_wrong_is_found_and_mended(engine: sa.Engine) -> None:
    attached(engine, 2, one=A, two=B)
    with writing(engine) as session:
        session.execute(sa.delete(ROWS).where(ROWS.c.attachment_id == "one"))
        session.execute(sa.update(ROWS).values(sha256=C))
        session.execute(sa.insert(ROWS).values(pre_entry_no=NUMBER, attachment_id="three", sha256=C))
    findings = list(verify(engine))
    assert [(found.what, found.detail) for found in findings] == [
        (DiscrepancyKind.REFERENCE_MISSING, "one"),
        (DiscrepancyKind.REFERENCE_LEFT, "three"),
        (DiscrepancyKind.REFERENCE_MISSING, "two"),
    ]
    assert repair_rows(engine, findings) == [NUMBER]
    assert references(engine) == {("one", A), ("two", B)}
    assert list(verify(engine)) == []
    with writing(engine) as session:
        session.execute(sa.delete(ROWS))
    rebuild(engine)
    assert references(engine) == {("one", A), ("two", B)}


def test_an_orphan_is_what_nobody_refers_to_and_nobody_renewed(engine: sa.Engine) -> None:
    for name in (A, B, C):
        documents.record_upload(engine, name, 1, NOON - DAY)
    attached(engine, 2, one=A)
    assert documents.touch(engine, [B, "d" * 64], NOON + DAY) == {"d" * 64}
    assert orphans(engine) == [C]
    documents.record_upload(engine, C, 1, NOON)
    assert orphans(engine) == []


def test_an_orphan_is_discarded_once_and_a_failure_keeps_it(engine: sa.Engine) -> None:
    documents.record_upload(engine, A, 1, NOON - DAY)

    def fails() -> None:
        raise OSError("the store is away")

    with pytest.raises(OSError, match="away"):
        documents.remove_orphan(engine, A, NOON, fails)
    assert orphans(engine) == [A]
    removed: list[str] = []
    assert documents.remove_orphan(engine, A, NOON, lambda: removed.append(A))
    assert not documents.remove_orphan(engine, A, NOON, lambda: removed.append(A))
    assert removed == [A]


def test_a_file_that_is_referred_to_meanwhile_is_not_discarded(engine: sa.Engine) -> None:
    documents.record_upload(engine, A, 1, NOON - DAY)
    attached(engine, 2, one=A)
    assert not documents.remove_orphan(engine, A, NOON, lambda: pytest.fail("taken away"))


def test_whoever_puts_it_there_again_waits_until_it_is_gone(engine: sa.Engine) -> None:
    documents.record_upload(engine, A, 1, NOON - DAY)
    order: list[str] = []

    def put_again() -> None:
        documents.record_upload(engine, A, 1, NOON)
        order.append("put")

    putting = threading.Thread(target=put_again)

    def remove() -> None:
        putting.start()
        putting.join(0.2)
        order.append("removed")

    assert documents.remove_orphan(engine, A, NOON, remove)
    putting.join()
    assert order == ["removed", "put"]
    assert orphans(engine) == []


def test_a_file_without_a_row_is_adopted_once(engine: sa.Engine) -> None:
    documents.record_upload(engine, A, 7, NOON - DAY)
    assert documents.record_unknown(engine, [A, B], NOON) == 1
    assert documents.record_unknown(engine, [A, B], NOON + DAY) == 0
    with reading(engine) as session:
        rows = {row.sha256: row.stored_at for row in session.execute(sa.select(FILES))}
    assert rows == {A: NOON - DAY, B: NOON}


def test_every_file_that_is_referred_to_is_named_once(engine: sa.Engine) -> None:
    attached(engine, 2, one=A, two=B)
    attached(engine, 2, number="202600000000000002", one=A)
    assert [each for page in documents.referenced_files(engine) for each in page] == [(A, NUMBER), (B, NUMBER)]


def test_references_are_found_by_their_indexes(engine: sa.Engine) -> None:
    with counting(engine) as statements:
        attached(engine, 2, one=A)
        documents.remove_orphan(engine, A, NOON, lambda: None)
        list(documents.referenced_files(engine))
    wanted = [each for each in statements if "attachments" in each[0]]
    assert wanted
    # All references are read in the order of files, because all of them are asked for.
    assert [step for step in scans(engine, wanted, "attachments") if "ix_attachments_sha256" not in step] == []
