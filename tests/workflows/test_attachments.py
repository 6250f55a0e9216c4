"""Files come and go while the state permits it; the last place is taken once; orphans are collected."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from activities.contracts import Collected
from db import documents
from db.engine import reading
from db.tables import AttachmentRow, StoredFileRow
from domain.appointment import Attachment, AttachmentPurpose
from domain.event import Action
from tests.workflows.harness import GRACE, Case, Harness
from tests.workflows.refusal import codes, refused
from workflows import contracts

pytestmark = pytest.mark.asyncio(loop_scope="session")

EXPLANATION = AttachmentPurpose.EXPLANATION


def file(name: str, purpose: AttachmentPurpose = AttachmentPurpose.APPLICATION, content: str = "x") -> Attachment:
    return Attachment(
        attachment_id=name,
        purpose=purpose,
        name=f"{name}.pdf",
        size=100,
        pages=1,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        attached_at=datetime.now(UTC),
    )


def held(case: Case) -> list[str]:
    return [each.attachment_id for each in case.row.attachments]


def references(harness: Harness, number: str) -> set[str]:
    with reading(harness.engine) as session:
        table = AttachmentRow.table()
        rows = session.connection().execute(table.select().where(table.c.pre_entry_no == number))
        return {row.attachment_id for row in rows}


async def test_files_of_a_draft_come_and_go(harness: Harness) -> None:
    case = await harness.case()
    await case.attach(file("a"))
    answer = await case.attach(file("b"))
    assert answer.appointment
    assert [each.attachment_id for each in answer.appointment.attachments] == ["a", "b"]
    await case.detach("a")
    assert held(case) == ["b"]
    assert references(harness, case.number) == {"b"}
    with refused("not_found"):
        await case.detach("a")
    await case.submit()
    for act in (case.attach(file("c")), case.detach("b")):
        with refused("state.not_permitted"):
            await act
    assert harness.timeline(case.number)[1:4] == [Action.ATTACHED, Action.ATTACHED, Action.DETACHED]


async def test_two_that_race_for_the_last_place_get_it_once(harness: Harness) -> None:
    case = await harness.case()
    for name in "abcd":
        await case.attach(file(name))
    answers = await asyncio.gather(*(case.attach(file(name)) for name in "efgh"), return_exceptions=True)
    assert codes(answers) == ["validation.failed"] * 3
    assert len(held(case)) == 5
    with refused("document.too_many"):
        await case.attach(file("z"))


async def test_the_same_key_attaches_once(harness: Harness) -> None:
    case = await harness.case()
    first = await case.attach(file("a"), key="k")
    again = await case.attach(file("a"), key="k", update_id="other")
    assert first.version == again.version
    assert held(case) == ["a"]
    with refused("idempotency.conflict"):
        await case.command(contracts.Attach, attachment=file("b"), limit=5, key="k", body_hash="x", update_id="third")


async def test_an_explanation_takes_one_file_and_only_its_own(harness: Harness) -> None:
    case = await harness.case()
    await case.attach(file("a"))
    with refused("state.not_permitted"):
        await case.attach(file("e", EXPLANATION))
    await case.approved()
    raced = await asyncio.gather(*(case.attach(file(n, EXPLANATION)) for n in "ef"), return_exceptions=True)
    assert codes(raced) == ["validation.failed"]
    (attached,) = [each for each in held(case) if each != "a"]
    for wrong in ("a", "nothing"):
        with refused("field.invalid"):
            await case.explain(text=None, attachment_id=wrong)
    await case.detach(attached)
    with refused("field.invalid"):
        await case.explain(text=None, attachment_id=attached)
    await case.attach(file("g", EXPLANATION))
    await case.explain(text=None, attachment_id="g")
    with refused("explanation.already_sent"):
        await case.detach("g")
    await case.becomes(lambda _: "APPOINTMENT_EXPLANATION" in harness.office.types())
    sent = dict(zip(harness.office.types(), (xml.decode() for _, xml in harness.office.messages), strict=True))
    assert "<name>a.pdf</name>" in sent["APPOINTMENT_APPLY"]
    assert "<name>g.pdf</name>" in sent["APPOINTMENT_EXPLANATION"]
    assert "a.pdf" not in sent["APPOINTMENT_EXPLANATION"]


async def test_a_deleted_draft_refers_to_nothing(harness: Harness) -> None:
    case = await harness.case()
    await case.attach(file("a"))
    answer = await case.delete()
    assert answer.appointment
    assert answer.appointment.attachments == ()
    assert references(harness, case.number) == set()


def stored(harness: Harness, content: str, age: timedelta) -> str:
    """A file that was put there so long ago."""
    name = hashlib.sha256(content.encode()).hexdigest()
    documents.record_upload(harness.engine, name, len(content), datetime.now(UTC) - age)
    harness.objects.put(name, content.encode())
    return name


def there(harness: Harness) -> set[str]:
    return {name for page in harness.objects.listing() for name, _ in page}


async def collected(harness: Harness) -> Collected:
    found: Collected = await harness.environment.client.execute_workflow(
        contracts.COLLECTION,
        id=f"collection-{harness.task_queue}",
        task_queue=harness.task_queue,
        result_type=Collected,
    )
    return found


async def test_orphans_are_collected_after_their_grace_and_nothing_else_is(harness: Harness) -> None:
    case = await harness.case()
    kept = stored(harness, "kept", 2 * GRACE)
    await case.attach(file("a", content="kept"))
    orphan, fresh = stored(harness, "orphan", 2 * GRACE), stored(harness, "fresh", GRACE / 2)
    bodiless = hashlib.sha256(b"never arrived").hexdigest()
    documents.record_upload(harness.engine, bodiless, 1, datetime.now(UTC) - 2 * GRACE)
    assert await collected(harness) == Collected(removed=2, adopted=0)
    assert there(harness) == {kept, fresh}
    with reading(harness.engine) as session:
        assert set(
            session.connection()
            .execute(StoredFileRow.table().select().with_only_columns(StoredFileRow.table().c.sha256))
            .scalars()
        ) == {kept, fresh}
    await case.detach("a")
    assert (await collected(harness)).removed == 1
    assert orphan not in there(harness)
    assert there(harness) == {fresh}


async def test_a_file_that_is_put_again_while_it_is_collected_is_there_afterwards(harness: Harness) -> None:
    name = stored(harness, "again", 2 * GRACE)
    before = datetime.now(UTC) - GRACE
    waiting: list[asyncio.Future[None]] = []
    loop = asyncio.get_running_loop()

    def put_again() -> None:
        documents.record_upload(harness.engine, name, 5, datetime.now(UTC))
        harness.objects.put(name, b"again")

    def remove() -> None:
        waiting.append(loop.run_in_executor(None, put_again))  # waits for the row that is held here
        harness.objects.delete(name)

    assert await asyncio.to_thread(documents.remove_orphan, harness.engine, name, before, remove)
    await asyncio.gather(*waiting)
    assert harness.objects.get(name) == b"again"
    assert not documents.remove_orphan(harness.engine, name, before, lambda: harness.objects.delete(name))
    assert harness.objects.get(name) == b"again"
