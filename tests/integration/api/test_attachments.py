"""Files through the door: streamed in, inspected, stored, shown to their parties, and never more than may be."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

import httpx
import pytest

from api.appointments.uploads import DRAIN_BYTES, ENVELOPE_BYTES
from domain.policy import DocumentsPolicy
from runtime.inspection.judging import judge
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, refused
from tests.integration.api.drafts import attachments, new_draft, upload
from tests.integration.api.receipts import receipt
from tests.pdfs.hostile import HOSTILE
from tests.pdfs.ordinary import colour_scan
from tests.pdfs.raw import many_pages, of_length, of_size, one_page, stream

PRODUCED = Path(__file__).parents[2] / "pdfs" / "produced"
LIMITS = DocumentsPolicy()
SECRET_NAME = "欧阳绝密的合同.pdf"


async def test_a_file_is_taken_shown_fetched_and_taken_away(stack: ApiStack) -> None:
    data = colour_scan()
    async with stack.client("general") as client, stack.client("importer") as consignee:
        path = await new_draft(client)
        answer = await upload(client, path, data, name=SECRET_NAME)
        taken = body(answer, 201)
        assert taken == {
            "attachment_id": taken["attachment_id"],
            "name": SECRET_NAME,
            "size": len(data),
            "pages": 8,
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        assert answer.headers["etag"] == '"2"'
        (shown,) = await attachments(client, path)
        assert {name: shown[name] for name in taken} == taken
        assert shown["purpose"] == "application"
        number = path.rpartition("/")[2]
        (listed,) = body(await client.get(APPOINTMENTS, params={"party": "A", "pre_entry_no": number}))["items"]
        assert listed["attachments"] == [shown]
        for party in (client, consignee):
            fetched = await party.get(f"{path}/attachments/{taken['attachment_id']}")
            assert (fetched.status_code, fetched.content) == (200, data)
        assert refused(await consignee.delete(f"{path}/attachments/{taken['attachment_id']}"), 403)
        gone = body(await client.delete(f"{path}/attachments/{taken['attachment_id']}"))
        assert (gone["attachments"], gone["version"]) == ([], 3)
        for method in (client.get, client.delete):
            assert refused(await method(f"{path}/attachments/{taken['attachment_id']}"), 404) == ["not_found"]
        actions = [each["action"] for each in body(await client.get(f"{path}/timeline"))["items"]]
        assert actions == ["created", "attached", "detached"]


async def test_a_download_is_saved_and_never_run(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        path = await new_draft(client)
        taken = body(await upload(client, path, name='a"; filename="b.html\r\nX: y 合同.pdf'), 201)
        fetched = await client.get(f"{path}/attachments/{taken['attachment_id']}")
    headers = fetched.headers
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"].startswith("attachment; ")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox")
    assert headers["cache-control"] == "no-store"
    assert "x" not in headers
    assert unquote(headers["content-disposition"].partition("UTF-8''")[2]) == taken["name"]


NAMES = [
    ("../../etc/passwd", "passwd.pdf"),
    ("..\\..\\windows\\win.ini", "win.ini.pdf"),
    ("C:\\文件\\合同.PDF", "合同.pdf"),
    ("a\x00b\x1f.pdf", "ab.pdf"),
    ("\u202efdp.exe", "fdp.exe.pdf"),
    ("..", "附件.pdf"),
    (" .pdf", "附件.pdf"),
    ("长" * 500 + ".pdf", "长" * 96 + ".pdf"),
]


@pytest.mark.parametrize(("given", "kept"), NAMES)
async def test_a_hostile_name_becomes_a_harmless_one(stack: ApiStack, given: str, kept: str) -> None:
    async with stack.client("general") as client:
        path = await new_draft(client)
        taken = body(await raw_upload(client, path, given.encode()), 201)
    assert taken["name"] == kept


async def test_a_name_in_utf_16_harms_nobody(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        path = await new_draft(client)
        taken = body(await raw_upload(client, path, "合同.pdf".encode("utf-16")), 201)
        assert taken["name"].endswith(".pdf")
        assert taken["name"].isprintable()
        assert (await client.get(f"{path}/attachments/{taken['attachment_id']}")).status_code == 200


async def raw_upload(client: httpx.AsyncClient, path: str, name: bytes) -> httpx.Response:
    """A form written by hand, as a program without manners would write it."""
    quoted = name.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    form = b'--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\napplication\r\n'
    form += b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + quoted + b'"\r\n\r\n'
    form += one_page() + b"\r\n--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    return await client.post(f"{path}/attachments", content=form, headers=headers, timeout=60)


async def test_exactly_four_mebibytes_pass_and_one_byte_more_does_not(stack: ApiStack) -> None:
    exact = of_length(LIMITS.max_file_bytes)
    async with stack.client("general") as client:
        path = await new_draft(client)
        assert body(await upload(client, path, exact), 201)["size"] == 4 * 1024**2
        over = await upload(client, path, exact + b"\n")
        assert refused(over, 422) == ["document.too_large"]
        assert over.json()["code"] == "validation.failed"
        assert len(await attachments(client, path)) == 1


async def test_reading_stops_at_the_limit(stack: ApiStack) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        while sent < 200 * 1024**2:
            sent += 65_536
            yield b"%" * 65_536

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    async with stack.client("general") as client:
        path = await new_draft(client)
        answer = await client.post(f"{path}/attachments", content=endless(), headers=headers, timeout=60)
    assert refused(answer, 422) == ["document.too_large"]
    assert sent <= LIMITS.max_file_bytes + ENVELOPE_BYTES + DRAIN_BYTES + 2 * 65_536


async def test_a_page_over_the_limit_is_named(stack: ApiStack) -> None:
    pages = many_pages(
        2,
        lambda n: b"<</Type/Page/Parent 2 0 R/Contents %d 0 R>>" % (100 + n),
        {100: stream(b"0 0 m\n"), 101: stream(b"%" * LIMITS.max_page_bytes)},
    )
    async with stack.client("general") as client:
        path = await new_draft(client)
        answer = await upload(client, path, pages)
        assert refused(answer, 422) == ["document.page_too_large"]
        facts = answer.json()["errors"][0]["facts"]
        assert (facts["page"], facts["limit"]) == (2, LIMITS.max_page_bytes)
        exact = of_size(LIMITS.max_page_bytes, lambda data: judge(data).pages[0])
        body(await upload(client, path, exact), 201)


@pytest.mark.parametrize(
    ("name", "code", "remedy"),
    [
        ("jspdf-autoprint", "document.ambiguous", "打印为新的 PDF"),
        ("libreoffice-hybrid", "document.active_content", "混合 PDF"),
    ],
)
async def test_a_file_that_is_refused_says_what_helps(stack: ApiStack, name: str, code: str, remedy: str) -> None:
    async with stack.client("general") as client:
        answer = await upload(client, await new_draft(client), (PRODUCED / f"{name}.pdf").read_bytes())
    assert refused(answer, 422) == [code]
    assert remedy in answer.json()["errors"][0]["remedy"]


async def test_a_scan_with_common_resources_is_taken(stack: ApiStack) -> None:
    """Three pages with a picture of 80 kB each, all of which one dictionary names, as jsPDF writes them."""
    pictures = {100 + n: stream(bytes([n]) * 80_000, b"/Type/XObject/Subtype/Image") for n in range(3)}
    texts = {200 + n: stream(b"/I%d Do" % n) for n in range(3)}
    common = {300: b"<</XObject<</I0 100 0 R/I1 101 0 R/I2 102 0 R>>>>"}

    def page(number: int) -> bytes:
        return b"<</Type/Page/Parent 2 0 R/Resources 300 0 R/Contents %d 0 R>>" % (200 + number)

    async with stack.client("general") as client:
        taken = body(await upload(client, await new_draft(client), many_pages(3, page, pictures | texts | common)), 201)
    assert taken["pages"] == 3


async def test_a_sixth_file_and_the_race_for_the_last_place(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        path = await new_draft(client)
        for _ in range(4):
            body(await upload(client, path), 201)  # the same file again is another attachment
        answers = await asyncio.gather(*(upload(client, path) for _ in range(3)))
        assert sorted(answer.status_code for answer in answers) == [201, 422, 422]
        assert refused(await upload(client, path), 422) == ["document.too_many"]
        held = await attachments(client, path)
        assert len({each["attachment_id"] for each in held}) == 5
        assert len({each["sha256"] for each in held}) == 1


async def test_the_kind_a_program_claims_counts_for_nothing(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        path = await new_draft(client)
        body(await upload(client, path, name="photo.png", kind="image/png"), 201)
        assert refused(await upload(client, path, b"\x89PNG\r\n\x1a\n"), 422) == ["document.not_pdf"]
        empty = await client.post(
            f"{path}/attachments", files={"file": ("a.pdf", b"")}, data={"purpose": "application"}
        )
        assert refused(empty, 422) == ["document.empty"]


async def test_what_is_no_such_form_is_refused(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        path = f"{await new_draft(client)}/attachments"
        file = {"file": ("a.pdf", one_page())}
        assert refused(await client.post(path, json={"file": "x"}), 415) == ["media_type.unsupported"]
        assert refused(await client.post(path, files=file), 422) == ["field.required"]
        assert refused(await client.post(path, files=file, data={"purpose": "fun"}), 422) == ["field.invalid"]
        assert refused(await client.post(path, files={"x": ("a", b"b")}, data={"purpose": "application"}), 422)
        two = [("file", ("a.pdf", one_page())), ("file", ("b.pdf", one_page()))]
        assert refused(await client.post(path, files=two, data={"purpose": "application"}), 400) == ["body.malformed"]
        broken = {"Content-Type": "multipart/form-data"}
        assert refused(await client.post(path, content=b"x", headers=broken), 400) == ["body.malformed"]
        elsewhere = path.removesuffix("attachments") + "submission"
        assert refused(await client.post(elsewhere, files=file), 415) == ["media_type.unsupported"]


async def test_the_same_key_gives_the_first_answer_and_one_attachment(stack: ApiStack) -> None:
    key = str(uuid4())
    async with stack.client("general") as client:
        path = await new_draft(client)
        answers = await asyncio.gather(*(upload(client, path, key=key) for _ in range(4)))
        first = body(answers[0], 201)
        assert [body(each, 201) for each in answers] == [first] * 4
        assert refused(await upload(client, path, colour_scan(), key=key), 422) == ["idempotency.conflict"]
        assert refused(await upload(client, path, name="b.pdf", key=key), 422) == ["idempotency.conflict"]
        assert len(await attachments(client, path)) == 1
        body(await client.post(f"{path}/submission", json={}))
        assert body(await upload(client, path, key=key), 201) == first
        assert refused(await upload(client, path), 409) == ["state.not_permitted"]
        assert refused(await client.delete(f"{path}/attachments/{first['attachment_id']}"), 409)
        assert len(await attachments(client, path)) == 1


async def test_others_neither_see_nor_touch_a_file(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        path = await new_draft(client)
        taken = body(await upload(client, path), 201)
    file = f"{path}/attachments/{taken['attachment_id']}"
    async with stack.client("advanced") as stranger, stack.client("operator") as operator, stack.client() as nobody:
        assert refused(await stranger.get(file), 404) == ["not_found"]
        assert refused(await stranger.delete(file), 404) == ["not_found"]
        assert refused(await upload(stranger, path), 404) == ["not_found"]
        assert refused(await operator.get(file), 403) == ["auth.forbidden"]
        assert refused(await nobody.get(file), 401) == ["auth.required"]
        number = path.rpartition("/")[2]
        (seen,) = body(await operator.get("/ops/v1/appointments", params={"pre_entry_no": number}))["items"]
        assert [each["name"] for each in seen["attachments"]] == [None]


async def test_the_names_of_files_stand_nowhere_in_clear(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        path = await new_draft(client)
        body(await upload(client, path, name=SECRET_NAME), 201)
        assert (await attachments(client, path))[0]["name"] == SECRET_NAME
    number = path.rpartition("/")[2]
    raw = str(await stack.context.client.get_workflow_handle(f"appointment/{number}").fetch_history())
    with stack.engine.connect() as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM appointment_contents").all())
    assert "欧阳" not in raw + rows


async def approved(client: httpx.AsyncClient, customs: httpx.AsyncClient) -> str:
    path = await new_draft(client)
    body(await client.post(f"{path}/submission", json={}))
    number = path.rpartition("/")[2]
    said = receipt(number, "APPROVED").decode()
    application = f"</notice_time><application_no>22332026{uuid4().int % 10**10:010}</application_no>"
    message = said.replace("</notice_time>", application).encode()
    outcome = body(await customs.post("/customs/v1/receipts", content=message), 202)
    assert outcome["outcome"] == "applied"
    return path


async def test_an_explanation_takes_its_one_pdf(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("customs") as customs:
        path = await approved(client, customs)
        assert refused(await upload(client, path), 409) == ["state.not_permitted"]
        first = body(await upload(client, path, purpose="explanation"), 201)
        assert refused(await upload(client, path, purpose="explanation"), 422) == ["document.too_many"]
        unknown = await client.post(f"{path}/explanation", json={"attachment_id": "nothing"})
        assert refused(unknown, 422) == ["field.invalid"]
        assert unknown.json()["errors"][0]["field"] == "attachment_id"
        assert refused(await client.post(f"{path}/explanation", json={}), 422) == ["explanation.empty"]
        view = body(await client.post(f"{path}/explanation", json={"attachment_id": first["attachment_id"]}))
        assert view["explanation"]["status"] == "sent"
        assert view["explanation"]["attachment_id"] == first["attachment_id"]
        for late in (
            await upload(client, path, purpose="explanation"),
            await client.delete(f"{path}/attachments/{first['attachment_id']}"),
            await client.post(f"{path}/explanation", json={"text": "再说一次"}),
        ):
            assert refused(late, 409) == ["explanation.already_sent"]


async def test_a_copy_has_the_same_files_under_its_own_ids(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("customs") as customs:
        path = await approved(client, customs)
        body(await upload(client, path, purpose="explanation"), 201)
        source = await new_draft(client)
        data = colour_scan()
        original = body(await upload(client, source, data, name=SECRET_NAME), 201)
        await upload(client, source)
        copy = body(await client.post(f"{source}/copy"), 201)
        assert [each["name"] for each in copy["attachments"]] == [SECRET_NAME, "a.pdf"]
        assert copy["attachments"][0]["attachment_id"] != original["attachment_id"]
        body(await client.delete(source))
        own = f"{APPOINTMENTS}/{copy['pre_entry_no']}/attachments/{copy['attachments'][0]['attachment_id']}"
        assert (await client.get(own)).content == data
        assert body(await client.post(f"{path}/copy"), 201)["attachments"] == []


async def test_others_are_answered_while_a_hostile_file_is_inspected(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        path = await new_draft(client)
        hostile = asyncio.create_task(upload(client, path, HOSTILE["250 texts of 15 MB"].make()))
        answered = 0
        while not hostile.done():
            assert (await client.get(path)).status_code == 200
            answered += not hostile.done()  # a loop that is held up answers only once the inspection is over
            await asyncio.sleep(0.01)
        assert refused(await hostile, 422) == ["document.too_complex"]
        assert answered
        body(await upload(client, path), 201)


async def test_who_finds_the_line_full_is_told_to_come_again(stack: ApiStack, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stack.client("general") as client:
        path = await new_draft(client)
        monkeypatch.setattr(stack.context.inspectors, "_room", 0)
        answer = await upload(client, path)
        assert refused(answer, 429) == ["rate.limited"]
        assert answer.headers["retry-after"] == "2"
        monkeypatch.undo()
        body(await upload(client, path), 201)
