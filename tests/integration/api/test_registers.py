"""Registers over HTTP: a file is compared row by row, applied exactly so, found in the history, and undone."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from identity.principal import Role
from identity.users import Rights
from tests.integration.api.api_stack import ApiStack, body, refused
from tests.integration.api.browsing import add_user, sitting

REGISTERS = "/ops/v1/registers"
PORTS = f"{REGISTERS}/ports"
EDITS = "/ops/v1/register-entries"
HEAD = "代码,名称,英文名称"
UNKNOWN_CHANGE = 2**40


@pytest_asyncio.fixture(loop_scope="session")
async def operator(api_stack: ApiStack) -> AsyncIterator[httpx.AsyncClient]:
    async with api_stack.client("operator") as client:
        yield client


def csv(*lines: str, head: str = HEAD) -> dict[str, Any]:
    return {"file": ("ports.csv", "\n".join((head, *lines)).encode(), "text/csv")}


async def proposed(operator: httpx.AsyncClient, *lines: str, register: str = PORTS) -> dict[str, Any]:
    found: dict[str, Any] = body(await operator.post(f"{register}/changes", files=csv(*lines)), 201)
    return found


async def entries(operator: httpx.AsyncClient, change: dict[str, Any], **asked: str) -> list[dict[str, Any]]:
    found = body(await operator.get(f"{PORTS}/changes/{change['id']}/entries", params=asked))
    return list(found["items"])


async def apply(operator: httpx.AsyncClient, change: dict[str, Any], reason: str = "核对无误") -> httpx.Response:
    return await operator.post(f"{PORTS}/changes/{change['id']}/application", json={"reason": reason})


async def port(operator: httpx.AsyncClient, code: str) -> dict[str, Any]:
    found: dict[str, Any] = body(await operator.get(f"{PORTS}/entries/{code}"))
    return found


async def test_a_file_is_compared_applied_found_in_the_history_and_undone(operator: httpx.AsyncClient) -> None:
    await operator.put(f"{EDITS}/ports/9801", json={"name": "旧名海关", "reason": "准备"})
    change = await proposed(operator, "9801,新名海关,New name", "9802,另一海关,")
    assert (change["state"], change["added"], change["changed"], change["file_name"]) == ("proposed", 1, 1, "ports.csv")
    [added, changed] = await entries(operator, change)
    assert (added["kind"], added["code"], added["line"], added["values"]["name"]) == ("added", "9802", 3, "另一海关")
    assert (changed["line"], changed["differences"]) == (
        2,
        [
            {"field": "name", "before": "旧名海关", "after": "新名海关"},
            {"field": "name_en", "before": None, "after": "New name"},
        ],
    )
    assert await entries(operator, change, kind="changed") == [changed]
    assert (await port(operator, "9801"))["items"][0]["values"]["name"] == "旧名海关", "nothing is changed yet"

    applied = body(await apply(operator, change))
    assert (applied["state"], applied["reason"], applied["applied_by"]) == ("applied", "核对无误", "operator")
    assert (await port(operator, "9801"))["items"][0]["values"]["name"] == "新名海关"
    newest = body(await operator.get(f"{PORTS}/changes", params={"limit": "1"}))["items"][0]
    assert newest == applied

    undo = body(await operator.post(f"{PORTS}/changes/{change['id']}/undo"), 201)
    assert (undo["kind"], undo["undoes"], undo["removed"], undo["changed"]) == ("undo", change["id"], 1, 1)
    body(await apply(operator, undo, "撤销"))
    detail = await port(operator, "9801")
    assert detail["items"][0]["values"] == {"code": "9801", "name": "旧名海关", "name_en": None}
    assert [each["reason"] for each in detail["changes"]] == ["撤销", "核对无误", "准备"]
    assert refused(await operator.post(f"{PORTS}/changes/{change['id']}/undo"), 409) == ["register.nothing_to_undo"]


async def test_refused_rows_come_with_their_line_and_remedy(operator: httpx.AsyncClient) -> None:
    change = await proposed(operator, "9803,甲海关,", "101,短码海关,", "9803,重复海关,")
    assert (change["refused"], change["added"]) == (2, 0)
    [short, twice] = await entries(operator, change)
    assert (short["line"], short["column"], short["error"]["code"]) == (3, "代码", "import.leading_zeros")
    assert "文本格式" in short["error"]["remedy"]
    assert (twice["line"], twice["error"]["code"]) == (4, "import.duplicate")
    assert refused(await apply(operator, change), 409) == ["register.rows_refused"]


async def test_a_list_that_changed_meanwhile_is_said_with_its_codes(operator: httpx.AsyncClient) -> None:
    change = await proposed(operator, "9804,甲海关,")
    await operator.put(f"{EDITS}/ports/9805", json={"name": "乙海关", "reason": "此时"})
    answer = await apply(operator, change)
    assert refused(answer, 409) == ["register.changed_since"]
    assert "9805" in answer.json()["detail"]
    assert refused(await operator.get(f"{PORTS}/entries/9804"), 404) == ["not_found"]


async def test_rows_come_page_by_page(operator: httpx.AsyncClient) -> None:
    change = await proposed(operator, *(f"97{number:02},海关{number},Customs" for number in range(25)))
    seen: list[str] = []
    asked = {"limit": "10"}
    while True:
        page = body(await operator.get(f"{PORTS}/changes/{change['id']}/entries", params=asked))
        seen += [each["code"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        asked["cursor"] = page["next_cursor"]
    assert sorted(seen) == [f"97{number:02}" for number in range(25)]


async def test_an_enterprise_is_edited_with_a_reason_and_its_changes_are_told(operator: httpx.AsyncClient) -> None:
    address = f"{EDITS}/enterprises/3122269801"
    firm = {"name": "企业", "qualification": "registered", "valid_until": "2030-12-31", "grade": "常规"}
    assert refused(await operator.put(address, json=firm), 422) == ["field.required"]
    body(await operator.put(address, json=firm | {"reason": "新备案"}))
    detail = body(await operator.put(address, json=firm | {"grade": "失信", "reason": "处罚决定"}))
    assert detail["items"][0]["values"]["valid_until"] == "2030-12-31"
    [worse, added] = detail["changes"]
    assert (worse["reason"], worse["differences"]) == (
        "处罚决定",
        [{"field": "grade", "before": "常规", "after": "失信"}],
    )
    assert added["kind"] == "added"


async def test_a_line_of_the_tariff_is_entered_ahead(operator: httpx.AsyncClient) -> None:
    address = f"{EDITS}/tariff/0301999877"
    body(await operator.put(address, json={"name": "鱼", "valid_to": "2026-12-31", "reason": "停用"}))
    line = {"name": "鱼（新）", "valid_from": "2027-01-01", "reason": "新税则"}
    detail = body(await operator.put(address, json=line))
    assert [(each["values"]["valid_from"], each["values"]["valid_to"]) for each in detail["items"]] == [
        (None, "2026-12-31"),
        ("2027-01-01", None),
    ]
    backwards = line | {"valid_from": "2027-01-01", "valid_to": "2026-01-01"}
    assert refused(await operator.put(address, json=backwards), 422) == ["field.invalid"]


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "code"),
    [
        ("GET", f"{PORTS}/entries?cursor=x", {}, 422, "field.invalid"),
        ("GET", f"{PORTS}/changes?cursor=x", {}, 422, "field.invalid"),
        ("GET", f"{PORTS}/changes/{UNKNOWN_CHANGE}", {}, 404, "not_found"),
        ("GET", f"{PORTS}/changes/{UNKNOWN_CHANGE}/entries", {}, 404, "not_found"),
        ("POST", f"{PORTS}/changes/{UNKNOWN_CHANGE}/undo", {}, 404, "not_found"),
        ("POST", f"{PORTS}/changes/{UNKNOWN_CHANGE}/application", {"json": {"reason": "x"}}, 404, "not_found"),
        ("POST", f"{PORTS}/changes", {"files": csv("1,2", head="甲,乙")}, 422, "import.columns_missing"),
        ("PUT", f"{EDITS}/ports/98", {"json": {"name": "x", "reason": "x"}}, 422, "field.invalid"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_code(
    operator: httpx.AsyncClient, method: str, path: str, sent: dict[str, Any], status: int, code: str
) -> None:
    assert refused(await operator.request(method, path, **sent), status) == [code]


async def test_the_registers_say_how_large_they_are(operator: httpx.AsyncClient) -> None:
    found = {each["name"]: each for each in body(await operator.get(REGISTERS))["items"]}
    listed = body(await operator.get(f"{REGISTERS}/enterprises/entries", params={"limit": "500"}))["items"]
    assert found["enterprises"]["total"] == len(listed)
    assert found["ports"]["complete"] is False


async def test_a_viewer_reads_ports_and_no_other_register(api_stack: ApiStack) -> None:
    viewer = add_user(api_stack, "registers.viewer", enterprise=None, rights=Rights(roles=frozenset({Role.VIEWER})))
    async with sitting(api_stack, viewer) as client:
        assert (await client.get(f"{PORTS}/entries")).status_code == 200
        assert (await client.get(f"{REGISTERS}/enterprises/entries")).status_code == 403
        assert (await client.put(f"{EDITS}/ports/9801", json={"name": "x", "reason": "x"})).status_code == 403


async def test_an_edit_of_what_another_operator_has_changed_meanwhile_is_refused_and_says_who(
    operator: httpx.AsyncClient, api_stack: ApiStack
) -> None:
    colleague = add_user(api_stack, "register.colleague", enterprise=None)
    enterprise = {"name": "甲企业", "qualification": "registered", "grade": "常规", "reason": "准备"}
    tariff, since = {"name": "活鱼", "reason": "准备"}, {"valid_from": "2031-01-01"}
    for path, sent in (
        ("ports/9850", tariff),
        ("tariff/0101990099", tariff | since),
        ("enterprises/3122269850", enterprise),
    ):
        register, _, code = path.partition("/")
        made = body(await operator.put(f"{EDITS}/{path}", json=sent))
        seen = (await operator.get(f"{REGISTERS}/{register}/entries/{code}")).headers["etag"]
        async with sitting(api_stack, colleague) as other:
            answer = await other.put(f"{EDITS}/{path}", json=sent | {"name": "乙"}, headers={"If-Match": seen})
            assert body(answer)["items"][0]["values"]["name"] == "乙"
        late = await operator.put(f"{EDITS}/{path}", json=sent | {"name": "丙"}, headers={"If-Match": seen})
        assert refused(late, 412) == ["register.entry_changed"], path
        error = late.json()["errors"][0]
        assert (error["facts"]["by"], error["facts"]["entry"], bool(error["remedy"])) == (colleague, code, True)
        present = body(await operator.get(f"{REGISTERS}/{register}/entries/{code}"))
        assert present["items"][0]["values"]["name"] == "乙" != made["items"][0]["values"]["name"]
        again = await operator.put(
            f"{EDITS}/{path}", json=sent | {"name": "丙"}, headers={"If-Match": answer.headers["etag"]}
        )
        assert body(again)["items"][0]["values"]["name"] == "丙"
