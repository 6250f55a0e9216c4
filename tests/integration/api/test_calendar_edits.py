"""Several ports at once, the notice of a year, previews and undoing, as operators ask for them."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from identity.principal import Role
from identity.users import Rights
from tests.integration.api.api_stack import ApiStack, body, refused, saturday, this_year
from tests.integration.api.browsing import add_user, sitting
from tests.unit.domain.notices import NOTICE_2027

EDITS, UNDO, YEAR = "/ops/v1/calendar/edits", "/ops/v1/calendar/undo", "/ops/v1/calendar/years"
FRIDAY = saturday().date() - timedelta(days=1)
#: Beyond what other tests of the same application publish.
FAR = this_year() + 60


def closed(**changes: Any) -> dict[str, Any]:
    common = {"ports": ["5302", "5303"], "kind": "hours", "first_day": FRIDAY.isoformat(), "sessions": []}
    return {name: value for name, value in (common | {"reason": "停电"} | changes).items() if value is not None}


async def test_a_day_is_closed_at_several_ports_and_opened_again_by_undo(api_stack: ApiStack) -> None:
    async with api_stack.client("operator") as operator:
        foretold = body(await operator.post(f"{EDITS}/preview", json=closed()))
        assert (foretold["ports"], foretold["changes"], foretold["total"]) == (2, 2, 0)
        assert [(each["port"], each["after"]["sessions"]) for each in foretold["days"]] == [("5302", []), ("5303", [])]
        made = body(await operator.post(EDITS, json=closed()))
        assert made == {"changes": 2, "ports": [{"port": "5302", "changes": 1}, {"port": "5303", "changes": 1}]}
        history = body(await operator.get("/ops/v1/calendar/changes", params={"limit": 2}))["items"]
        assert {(each["port"], each["note"], each["by"]) for each in history} == {
            ("5302", "停电", "operator"),
            ("5303", "停电", "operator"),
        }
        ids = {"changes": [each["id"] for each in history], "reason": "已来电"}
        assert len(body(await operator.post(f"{UNDO}/preview", json=ids))["days"]) == 2
        assert body(await operator.post(UNDO, json=ids))["changes"] == 2
        again = body(await operator.post(f"{EDITS}/preview", json=closed()))
        assert [each["before"]["layer"] for each in again["days"]] == ["national", "national"]
        conflict = await operator.post(UNDO, json=ids)
        assert refused(conflict, 409) == ["calendar.changed_since"] * 2
        assert conflict.json()["errors"][0]["facts"]["by"] == "operator"


async def test_a_keeper_of_named_ports_undoes_no_change_of_another_port(api_stack: ApiStack) -> None:
    rights = Rights(roles=frozenset({Role.CALENDAR_KEEPER}), ports=frozenset({"5302"}))
    keeper = add_user(api_stack, "undo.keeper", enterprise=None, rights=rights)
    async with api_stack.client("operator") as operator, sitting(api_stack, keeper) as own:
        body(await operator.post(EDITS, json=closed()))
        history = body(await operator.get("/ops/v1/calendar/changes", params={"limit": 2}))["items"]
        changes = {each["port"]: each["id"] for each in history}
        foreign = {"changes": [changes["5303"]], "reason": "已来电"}
        assert refused(await own.post(UNDO, json=foreign), 403) == ["auth.other_port"]
        both = {"changes": list(changes.values()), "reason": "已来电"}
        assert refused(await own.post(UNDO, json=both), 403) == ["auth.other_port"]
        newest = body(await operator.get("/ops/v1/calendar/changes", params={"limit": 1}))["items"]
        assert newest[0]["id"] == history[0]["id"], "nothing was undone"
        assert body(await own.post(UNDO, json={"changes": [changes["5302"]], "reason": "已来电"}))["changes"] == 1
        assert body(await operator.post(UNDO, json=foreign))["changes"] == 1


async def test_a_preview_of_undoing_says_row_by_row_what_is_removed_and_what_comes_back(api_stack: ApiStack) -> None:
    evening = closed(ports=["5304"], sessions=[["18:00", "20:00"]], reason="加班")
    async with api_stack.client("operator") as operator:
        body(await operator.post(EDITS, json=evening))
        body(await operator.post(EDITS, json=closed(ports=["5304"])))
        newest, first = body(await operator.get("/ops/v1/calendar/changes", params={"limit": 2}))["items"]
        ids = {"changes": [newest["id"]], "reason": "已来电"}
        (row,) = body(await operator.post(f"{UNDO}/preview", json=ids))["undone"]
        assert (row["change"], row["kind"], row["port"], row["by"]) == (newest["id"], "override", "5304", "operator")
        assert (row["first_day"], row["note"]) == (FRIDAY.isoformat(), "停电")
        assert (row["removed"], row["restored"]) == ({"sessions": []}, {"sessions": [["18:00", "20:00"]]})
        whole = {"changes": [newest["id"], first["id"]], "reason": "已来电"}
        rows = body(await operator.post(f"{UNDO}/preview", json=whole))["undone"]
        assert [(each["change"], each["restored"]) for each in rows] == [(first["id"], None), (newest["id"], None)]
        body(await operator.post(UNDO, json=whole))


async def test_a_district_is_changed_as_a_whole(api_stack: ApiStack) -> None:
    plan = {"kind": "week", "days": {"saturday": [["20:00", "26:00"]]}, "sessions": None}
    async with api_stack.client("operator") as operator:
        made = body(await operator.post(EDITS, json=closed(ports=None, district="19", **plan)))
        shown = body(await operator.get("/ops/v1/calendar/picture", params={"year": FRIDAY.year, "district": "19"}))
        assert {each["port"] for each in made["ports"]} == {each["port"] for each in shown["items"]}
        letters = shown["patterns"][shown["items"][0]["pattern"]]
        assert letters[(saturday().date() - date(FRIDAY.year, 1, 1)).days] == "P"
        gone = body(
            await operator.post(EDITS, json=closed(ports=None, district="19", kind="remove_week", sessions=None))
        )
        assert gone["changes"] == len(made["ports"])
        nothing = body(await operator.post(EDITS, json=closed(kind="clear", sessions=None)))
    assert [each["changes"] for each in nothing["ports"]] == [0, 0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ports": ["9999"]}, "ports[0]"),
        ({"ports": None}, "ports"),
        ({"all_ports": True}, "ports"),
        ({"ports": None, "district": "ZZ"}, "district"),
        ({"sessions": [["17:00", "08:00"]]}, "sessions"),
        ({"sessions": None}, "sessions"),
        ({"kind": "week"}, "days"),
        ({"last_day": "2020-01-01"}, "last_day"),
        ({"reason": " "}, "reason"),
    ],
)
async def test_what_cannot_be_changed_is_refused_and_named(
    api_stack: ApiStack, changes: dict[str, Any], field: str
) -> None:
    async with api_stack.client("operator") as operator:
        for path in (EDITS, f"{EDITS}/preview"):
            answer = await operator.post(path, json=closed(**changes))
            assert answer.status_code == 422
            assert [each["field"] for each in answer.json()["errors"]] == [field]


async def test_a_year_is_checked_previewed_and_published_from_its_notice(api_stack: ApiStack) -> None:
    notice = NOTICE_2027 + "鼓励职工在2月4日休假。\n"
    async with api_stack.client("operator") as operator:
        read = body(await operator.post(f"{YEAR}/2027/notice", json={"notice": notice}))
        assert (read["errors"], read["unread"]) == ([], [{"line": 13, "text": "鼓励职工在2月4日休假"}])
        assert read["days"][0] == {"date": "2027-01-01", "working": False, "name": "元旦", "line": 4}
        assert read["workdays"] == {
            "2027-01-31": "春节",
            "2027-02-14": "春节",
            "2027-05-08": "劳动节",
            "2027-10-09": "国庆节",
        }
        given: dict[str, Any] = {"notice": notice, "source": "国务院办公厅"}
        assert (await operator.post(f"{YEAR}/2027", json=given)).json()["errors"][0]["code"] == "calendar.notice_unread"
        given |= {"accept_unread": True}
        assert body(await operator.post(f"{YEAR}/2027/preview", json=given))["ports"] is None
        assert body(await operator.post(f"{YEAR}/2027", json=given)) == {"year": 2027, "holidays": 32, "workdays": 4}
        years = body(await operator.get(YEAR))
        published = next(each for each in years["items"] if each["year"] == 2027)
        assert (published["source"], published["holidays"], published["workdays"]) == ("国务院办公厅", 32, 4)
        assert years["library"]["until"] >= 2026
        week_alone: dict[str, Any] = {
            "holidays": {},
            "workdays": {},
        }  # as the other tests of this application expect it
        body(await operator.post(f"{YEAR}/2027", json=week_alone))


async def test_a_notice_that_contradicts_the_calendar_is_refused_with_the_day(api_stack: ApiStack) -> None:
    given = {"notice": "元旦：1月1日（周四）放假。"}
    async with api_stack.client("operator") as operator:
        for path in (f"{YEAR}/2027", f"{YEAR}/2027/preview"):
            answer = await operator.post(path, json=given)
            assert answer.status_code == 422
            (error,) = answer.json()["errors"]
            assert error["code"] == "calendar.notice_weekday"
            assert "2027-01-01" in error["message"]
            assert "周五" in error["message"]
        assert body(await operator.post(f"{YEAR}/2027/notice", json=given))["errors"][0]["line"] == 1


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
async def test_a_table_of_the_days_is_read_by_row(api_stack: ApiStack, kind: str) -> None:
    rows = [
        ["日期", "类型", "说明", "星期"],
        [f"{FAR}-01-01", "放假", "元旦", ""],
        [f"{FAR}-01-02", "什么", "元旦", ""],
        [f"{FAR - 1}-12-31", "放假", "", ""],
    ]
    async with api_stack.client("operator") as operator:
        read = body(
            await operator.post(f"{YEAR}/{FAR}/notice-file", files={"file": (f"a.{kind}", file_of(rows, kind))})
        )
    assert read["holidays"] == {f"{FAR}-01-01": "元旦"}
    assert [(each["line"], each["code"]) for each in read["errors"]] == [
        (3, "field.invalid"),
        (4, "calendar.notice_year"),
    ]


def file_of(rows: list[list[str]], kind: str) -> bytes:
    if kind == "csv":
        return "\n".join(",".join(row) for row in rows).encode()
    book, target = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(target)
    return target.getvalue()


async def test_the_picture_of_a_port_and_of_all(api_stack: ApiStack) -> None:
    async with api_stack.client("operator") as operator:
        of_all = body(await operator.get("/ops/v1/calendar/picture", params={"year": FAR}))
        assert (of_all["published"], of_all["patterns"]) == (False, ["-" * len(of_all["patterns"][0])])
        assert len(of_all["items"]) > 500
        one = body(await operator.get("/ops/v1/calendar/picture", params={"year": this_year(), "port": "2248"}))
        assert ([each["port"] for each in one["items"]], one["published"]) == (["2248"], True)
        assert refused(await operator.get("/ops/v1/calendar/picture", params={"year": FAR, "port": "9999"}), 404)
