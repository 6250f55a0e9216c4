"""Commands through the door, a real workflow behind it."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.integration.api.api_stack import APPOINTMENTS, CODES, ApiStack, body, content, refused, saturday
from tests.integration.api.drafts import draft
from tests.integration.api.receipts import receipt


async def test_a_new_draft_is_recorded_and_read_back(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        answer = await client.post(APPOINTMENTS, json=content())
        made = body(answer, 201)
        read = await client.get(f"{APPOINTMENTS}/{made['pre_entry_no']}")
    assert answer.headers["location"] == f"{APPOINTMENTS}/{made['pre_entry_no']}"
    assert answer.headers["etag"] == read.headers["etag"] == '"1"'
    assert body(read) == made
    assert made["content"]["contact_name"] == "王小明"
    assert made["goods"] == [{"seq": 1, "hs_code": "0301999990", "name": "其他活鱼"}]
    assert made["permitted_actions"] == ["save", "submit", "delete"]
    assert (made["state"], made["state_code"], made["state_label"]) == ("draft", "A", "暂存")
    assert made["deadlines"]["submit_by"] is not None
    assert made["window_end"] == (saturday() + timedelta(hours=2)).isoformat()


async def test_nothing_personal_stands_in_database_or_history(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        number = (await draft(client, contact_name="欧阳秘密"))["pre_entry_no"]
        history = await operator.get(f"/ops/v1/appointments/{number}/history")
        listed = await operator.get("/ops/v1/appointments", params={"pre_entry_no": number})
    handle = stack.context.client.get_workflow_handle(f"appointment/{number}")
    raw = str(await handle.fetch_history())
    with stack.engine.connect() as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM appointment_contents").all())
    for text in (raw, rows, history.text, listed.text):
        assert "欧阳" not in text
        assert "13800138000" not in text
    assert body(listed)["items"][0]["content"]["contact_name"] is None


async def test_the_same_key_and_content_give_the_same_draft(stack: ApiStack) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    async with stack.client("general", **headers) as client:
        answers = await asyncio.gather(*(client.post(APPOINTMENTS, json=content()) for _ in range(10)))
        numbers = {body(answer, 201)["pre_entry_no"] for answer in answers}
        assert len(numbers) == 1
        other = await client.post(APPOINTMENTS, json=content(reason="其他"))
        assert refused(other, 422) == ["idempotency.conflict"]
        assert other.json()["code"] == "idempotency.conflict"
        saved = await client.put(
            f"{APPOINTMENTS}/{numbers.pop()}", json=content(reason="其他"), headers={"If-Match": '"1"'}
        )
        assert refused(saved, 422) == ["idempotency.conflict"]


async def test_the_first_answer_comes_again_whatever_happened_since(stack: ApiStack) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    async with stack.client("general") as client:
        first = body(await client.post(APPOINTMENTS, json=content(), headers=headers), 201)
        path = f"{APPOINTMENTS}/{first['pre_entry_no']}"
        body(await client.put(path, json=content(reason="改"), headers={"If-Match": '"1"'}))
        assert body(await client.post(APPOINTMENTS, json=content(), headers=headers), 201) == first
        deletion = {"Idempotency-Key": str(uuid4())}
        gone = body(await client.delete(path, headers=deletion))
        assert body(await client.delete(path, headers=deletion)) == gone
        assert gone["state"] == "deleted"
        assert refused(await client.delete(path), 404) == ["not_found"]
        assert refused(await client.get(path), 404) == ["not_found"]
        again = body(await client.post(APPOINTMENTS, json=content(), headers=headers), 201)
        assert (again["pre_entry_no"], again["state"]) == (first["pre_entry_no"], "deleted")


async def test_put_needs_the_newest_version(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        made = await draft(client)
        path = f"{APPOINTMENTS}/{made['pre_entry_no']}"
        assert refused(await client.put(path, json=content()), 428) == ["version.required"]
        for stale in ('"7"', 'W/"1"', '"abc"'):
            assert refused(await client.put(path, json=content(), headers={"If-Match": stale}), 412) == [
                "version.stale"
            ]
        assert refused(await client.put(path, json=content(), headers={"If-Match": "1"}), 422) == ["field.invalid"]
        saved = await client.put(path, json=made["content"], headers={"If-Match": '"9", "1"'})
        assert body(saved)["version"] == 2
        assert saved.headers["etag"] == '"2"'
        assert body(saved)["content"] == made["content"]
        assert refused(await client.put(path, json=content(), headers={"If-Match": '"1"'}), 412) == ["version.stale"]
        assert body(await client.put(path, json=content(), headers={"If-Match": "*"}))["version"] == 3


async def test_submit_with_everything_wrong_tells_it_all_at_once(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        made = body(await client.post(APPOINTMENTS, json={}), 201)
        path = f"{APPOINTMENTS}/{made['pre_entry_no']}"
        dry = body(await client.post(f"{path}/assessment"))
        answer = await client.post(f"{path}/submission")
    codes = refused(answer, 422)
    assert answer.json()["code"] == "validation.failed"
    assert codes.count("field.required") == 10
    assert "goods.required" in codes
    assert not dry["permitted"]
    assert [error["code"] for error in dry["errors"]] == codes


async def test_an_application_like_an_open_one_is_warned_of_and_taken_all_the_same(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        # A time of their own: other tests of this server book the usual one.
        start = (saturday() + timedelta(hours=1)).isoformat()
        first, second = [(await draft(client, window_start=start))["pre_entry_no"] for _ in range(2)]
        assert body(await client.post(f"{APPOINTMENTS}/{first}/assessment"))["warnings"] == []
        body(await client.post(f"{APPOINTMENTS}/{first}/submission", json={}))
        dry = body(await client.post(f"{APPOINTMENTS}/{second}/assessment"))
        assert dry["permitted"]
        (warning,) = dry["warnings"]
        assert (warning["code"], warning["facts"]) == ("appointment.similar", {"pre_entry_nos": [first]})
        assert first in warning["message"]
        assert body(await client.post(f"{APPOINTMENTS}/{second}/submission", json={}))["state"] == "submitted"
        assert body(await client.post(f"{APPOINTMENTS}/{second}/assessment"))["warnings"] == []


async def test_submitted_returned_by_customs_and_copied(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("customs") as customs:
        number = (await draft(client))["pre_entry_no"]
        path = f"{APPOINTMENTS}/{number}"
        assert body(await client.post(f"{path}/assessment"))["permitted"]
        submitted = body(await client.post(f"{path}/submission", json={}))
        assert (submitted["state"], submitted["permitted_actions"]) == ("submitted", [])
        again = await client.post(f"{path}/submission")
        assert refused(again, 409) == ["state.not_permitted"]
        assert again.json()["errors"][0]["facts"] == {"state": "submitted", "permitted_actions": []}

        returned = receipt(number, "RETURNED", note="资料不全，请补充")
        outcome = body(await customs.post("/customs/v1/receipts", content=returned), 202)
        assert outcome["outcome"] == "applied"
        assert body(await customs.post("/customs/v1/receipts", content=returned), 202) == outcome
        view = body(await client.get(path))
        assert (view["state"], view["return_reason"]) == ("returned", "资料不全，请补充")
        assert [each["note"] for each in body(await client.get(f"{path}/receipts"))["items"]] == ["资料不全，请补充"]
        timeline = body(await client.get(f"{path}/timeline"))["items"]
        assert [event["action"] for event in timeline] == ["created", "submitted", "returned"]
        assert timeline[2]["reason"] == "资料不全，请补充"
        assert timeline[2]["from"] == "submitted"

        late = await client.post(f"{path}/cancellation", json={"reason": "不用了"})
        assert refused(late, 409) == ["state.not_permitted"]
        key = {"Idempotency-Key": str(uuid4())}
        copied = body(await client.post(f"{path}/copy", headers=key), 201)
        assert (copied["state"], copied["copied_from"]) == ("draft", number)
        assert copied["content"] == view["content"]
        assert body(await client.post(f"{path}/copy", headers=key), 201) == copied


async def test_a_receipt_that_finds_no_appointment_is_parked_and_a_person_decides(stack: ApiStack) -> None:
    async with stack.client("customs") as customs, stack.client("operator") as operator:
        unknown = body(
            await customs.post("/customs/v1/receipts", content=receipt("209900000000000001", "ACCEPTED")), 202
        )
        assert (unknown["outcome"], unknown["reason"]) == ("parked", "unknown_appointment")
        broken = body(await customs.post("/customs/v1/receipts", content=b"<message>"), 202)
        assert (broken["outcome"], broken["receipt_id"], broken["reason"]) == ("parked", None, "not_xml")
        parked = body(await operator.get("/ops/v1/receipts/parked"))["items"]
        row = next(each for each in parked if each["receipt_id"] == unknown["receipt_id"])
        path = f"/ops/v1/receipts/parked/{row['id']}"
        assert body(await operator.post(f"{path}/retry"))["reason"] == "unknown_appointment"
        assert refused(await operator.post(f"{path}/dismiss", json={"reason": " "}), 422) == ["field.required"]
        assert body(await operator.post(f"{path}/dismiss", json={"reason": "测试"}))["dismissed_at"]
        assert refused(await operator.post(f"{path}/dismiss", json={"reason": "测试"}), 409) == ["state.not_permitted"]
        left = body(await operator.get("/ops/v1/receipts/parked"))["items"]
        assert row["id"] not in [each["id"] for each in left]


async def test_one_receipt_id_with_two_contents_is_parked(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("customs") as customs:
        number = (await draft(client))["pre_entry_no"]
        body(await client.post(f"{APPOINTMENTS}/{number}/submission"))
        key = str(uuid4())
        assert (
            body(await customs.post("/customs/v1/receipts", content=receipt(number, "ACCEPTED", key)), 202)["outcome"]
            == "applied"
        )
        other = body(await customs.post("/customs/v1/receipts", content=receipt(number, "RETURNED", key)), 202)
        assert (other["outcome"], other["reason"]) == ("parked", "conflicting_content")
        assert body(await client.get(f"{APPOINTMENTS}/{number}"))["state"] == "accepted"


async def test_a_receipt_over_the_limit_is_refused_and_still_kept(stack: ApiStack) -> None:
    huge = b"<message>" + b"x" * (1024 * 1024)
    async with stack.client("customs") as customs, stack.client("operator") as operator:
        assert refused(await customs.post("/customs/v1/receipts", content=huge), 413) == ["body.too_large"]
        parked = body(await operator.get("/ops/v1/receipts/parked"))["items"]
    assert "too_large" in [each["reason"] for each in parked]


async def test_of_twenty_submissions_at_once_one_is_taken_and_all_are_answered(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        path = f"{APPOINTMENTS}/{(await draft(client))['pre_entry_no']}/submission"
        answers = await asyncio.gather(*(client.post(path) for _ in range(20)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 19}


async def test_the_consignee_sees_and_does_not_act_and_others_see_nothing(stack: ApiStack) -> None:
    async with (
        stack.client("general") as owner,
        stack.client("importer") as consignee,
        stack.client("advanced") as alien,
    ):
        number = (await draft(owner))["pre_entry_no"]
        path = f"{APPOINTMENTS}/{number}"
        seen = body(await consignee.get(path))
        assert seen["permitted_actions"] == []
        assert seen["content"]["contact_name"] == "王小明"
        for act in ("submission", "cancellation", "copy", "assessment"):
            assert refused(await consignee.post(f"{path}/{act}"), 403) == ["auth.forbidden"]
            assert refused(await alien.post(f"{path}/{act}"), 404) == ["not_found"]
        assert refused(await consignee.delete(path), 403) == ["auth.forbidden"]
        assert refused(await alien.delete(path), 404) == ["not_found"]
        assert refused(await alien.put(path, json=content(), headers={"If-Match": '"1"'}), 404) == ["not_found"]
        for read in ("", "/timeline", "/receipts"):
            assert refused(await alien.get(path + read), 404) == ["not_found"]
        assert refused(await owner.post(f"{path}/feedback", json={"declaration_numbers": ["x"]}), 409) == [
            "state.not_permitted"
        ]


async def test_batch_delete_is_all_or_nothing(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("advanced") as alien:
        numbers = [(await draft(client))["pre_entry_no"] for _ in range(3)]
        foreign = (await draft(alien, consignee_code=CODES["importer_advanced"]))["pre_entry_no"]
        submitted = (await draft(client))["pre_entry_no"]
        body(await client.post(f"{APPOINTMENTS}/{submitted}/submission"))
        path, key = f"{APPOINTMENTS}/batch-delete", {"Idempotency-Key": str(uuid4())}
        offended = await client.post(path, json={"pre_entry_nos": [numbers[0], submitted, foreign]}, headers=key)
        assert refused(offended, 409) == ["state.not_permitted", "not_found"]
        assert [error["field"] for error in offended.json()["errors"]] == ["pre_entry_nos[1]", "pre_entry_nos[2]"]
        assert body(await client.get(f"{APPOINTMENTS}/{numbers[0]}"))["state"] == "draft"

        body(await client.delete(f"{APPOINTMENTS}/{numbers[2]}"))
        rest = {"pre_entry_nos": [numbers[0], numbers[1], numbers[0]]}
        assert body(await client.post(path, json=rest, headers=key)) == {"deleted": numbers[:2]}
        assert body(await client.post(path, json=rest, headers=key)) == {"deleted": numbers[:2]}
        assert refused(await client.post(path, json={"pre_entry_nos": [numbers[2]]}, headers=key), 404) == ["not_found"]


@pytest.mark.parametrize(
    ("key", "consignee", "code"),
    [
        ("dishonest", "3122260003", "eligibility.dishonest"),
        ("unqualified", "3122260003", "eligibility.unqualified"),
        ("general", "3122260005", "eligibility.dishonest"),
        ("general", "3122269999", "eligibility.unqualified"),
    ],
)
async def test_who_may_not_apply_gets_no_draft(stack: ApiStack, key: str, consignee: str, code: str) -> None:
    async with stack.client(key) as client:
        assert code in refused(await client.post(APPOINTMENTS, json=content(consignee_code=consignee)), 422)


async def test_the_history_can_be_read_and_leads_to_the_ui(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        number = (await draft(client))["pre_entry_no"]
        history = body(await operator.get(f"/ops/v1/appointments/{number}/history"))
        assert refused(await operator.get("/ops/v1/appointments/202600000000000000/history"), 404) == ["not_found"]
    names = [event["name"] for event in history["events"]]
    assert "create" in names
    assert history["retained"]
    assert history["url"].startswith("http://127.0.0.1:8082/namespaces/default/workflows/appointment%2F")


async def test_a_release_needs_a_breach_and_a_reason(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        number = (await draft(client))["pre_entry_no"]
        path = f"/ops/v1/appointments/{number}/release"
        assert refused(await operator.post(path, json={}), 422) == ["field.required"]
        assert refused(await operator.post(path, json={"reason": "海关同意"}), 409) == ["state.not_permitted"]


async def test_ready_with_database_temporal_and_worker(stack: ApiStack) -> None:
    async with stack.client() as client:
        ready = body(await client.get("/health/ready"))
    assert {name: part["ok"] for name, part in ready["parts"].items()} == {
        "database": True,
        "temporal": True,
        "workers": True,
        "object_store": True,
    }
