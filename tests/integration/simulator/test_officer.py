"""The officer's pages: the queue, one appointment with everything that was sent, decisions, receipts, outages."""

import re
from typing import get_args

import pytest

from customs.inbound import parse_receipt
from simulator.names import LABELS, Result
from tests.integration.simulator.process import PRE_ENTRY_NO, OfficeProcess, eventually, message
from tests.integration.simulator.receiver import Answer, Receiver
from tests.unit.customs.samples import sample

CASE = f"/appointments/{PRE_ENTRY_NO}"
PAGES = ("/", CASE, "/sent-receipts", "/settings")
OTHER = "202600000000000077"


@pytest.fixture
def manual(office: OfficeProcess) -> OfficeProcess:
    """Decides nothing by itself."""
    office.scenario("manual")
    return office


def test_the_pages_show_what_was_received_and_escape_it(manual: OfficeProcess) -> None:
    message_id, xml = message("appointment_apply")
    manual.take(message_id, xml.replace("&lt;急&gt;".encode(), b"&lt;script&gt;alert(1)&lt;/script&gt;"))
    for path in PAGES:
        page = manual.http.get(path)
        assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
        assert ("<script" in page.text, "style=" in page.text, "替身" in page.text) == (False, False, True), path
    queue, case = manual.http.get("/").text, manual.http.get(CASE).text
    for shown in (PRE_ENTRY_NO, "已收到申请", "示例进口贸易"):
        assert shown in queue
    for shown in ("&lt;script&gt;alert(1)", 'value="APPROVED"', "活螃蟹", "0306329000", "原产地证书.pdf", "没有 none"):
        assert shown in case
    assert PRE_ENTRY_NO not in manual.http.get("/", params={"pre_entry_no": "2027"}).text


def test_the_queue_has_those_that_wait_and_a_list_of_all(manual: OfficeProcess) -> None:
    manual.send("appointment_apply")
    manual.send("appointment_apply", OTHER)
    manual.decide("APPROVED", OTHER)
    waiting = manual.http.get("/", params={"list": "waiting"}).text
    assert (PRE_ENTRY_NO in waiting, OTHER in waiting, "待决定 To decide (1)" in waiting) == (True, False, True)
    assert OTHER in manual.http.get("/", params={"list": "all"}).text


def test_every_result_that_the_office_knows_may_be_decided_on_the_page(manual: OfficeProcess) -> None:
    manual.send("appointment_apply")
    offered = re.findall(r'name="result" value="([A-Z_]+)"', manual.http.get(CASE).text)
    assert sorted(offered) == sorted(get_args(Result))


def test_a_button_of_the_page_decides_and_the_note_reaches_the_enterprise(
    manual: OfficeProcess, receiver: Receiver
) -> None:
    manual.send("appointment_apply")
    form = {"pre_entry_no": PRE_ENTRY_NO, "result": "RETURNED", "note": "材料不齐 & 其他"}
    answer = manual.http.post("/decide", data=form, headers={"Origin": manual.url.rstrip("/")})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{CASE}?sent=RETURNED")
    assert parse_receipt(receiver.wait_for(1)[0].body).note == "材料不齐 & 其他"
    assert f"已发出：{LABELS['RETURNED']}" in manual.http.get(answer.headers["location"]).text


def test_a_refusal_of_feedback_names_the_declarations_that_were_chosen(
    manual: OfficeProcess, receiver: Receiver
) -> None:
    manual.send("appointment_apply")
    manual.send("appointment_feedback")
    numbers = re.findall(r"<number>([0-9]{18})</number>", sample("appointment_feedback").decode())
    assert [f'name="declaration_numbers" value="{each}"' in manual.http.get(CASE).text for each in numbers] == [
        True
    ] * 2
    form = {"pre_entry_no": PRE_ENTRY_NO, "result": "FEEDBACK_REFUSED", "declaration_numbers": numbers[1:]}
    assert manual.http.post("/decide", data=form).status_code == 303
    assert parse_receipt(receiver.wait_for(1)[0].body).declaration_numbers == (numbers[1],)


def test_the_log_has_each_receipt_with_the_answer_and_sends_it_again(manual: OfficeProcess, receiver: Receiver) -> None:
    receiver.answer = lambda _: Answer(422, b"no")
    manual.send("appointment_apply")
    receipt_id = manual.decide("ACCEPTED")
    eventually(lambda: [each["state"] for each in manual.receipts()] == ["refused"])
    log = manual.http.get("/sent-receipts").text
    assert [each in log for each in (receipt_id, "对方拒收", "422", PRE_ENTRY_NO)] == [True] * 4
    assert manual.http.post(f"{CASE}/resend").status_code == 303
    assert parse_receipt(receiver.wait_for(2)[1].body).receipt_id == receipt_id


def test_an_outage_begins_and_ends_by_a_button_and_every_page_says_so(office: OfficeProcess) -> None:
    begun = office.http.post("/scenario", data={"name": "outage", "delay_seconds": "0"})
    assert (begun.status_code, begun.headers["location"]) == (303, "/settings")
    assert office.take(*message("appointment_apply")).status_code == 503
    assert ["正在模拟停机" in office.http.get(path).text for path in ("/", "/settings")] == [True, True]
    office.http.post("/scenario", data={"name": "manual", "delay_seconds": "0"})
    assert office.take(*message("appointment_apply")).status_code == 200
    assert "正在模拟停机" not in office.http.get("/").text


@pytest.mark.parametrize(("method", "path"), [("GET", CASE), ("POST", f"{CASE}/resend")])
def test_an_appointment_that_the_office_does_not_know_is_not_found(
    office: OfficeProcess, method: str, path: str
) -> None:
    assert office.http.request(method, path).status_code == 404


def test_a_form_with_a_wrong_word_is_refused(office: OfficeProcess) -> None:
    answer = office.http.post("/decide", data={"pre_entry_no": PRE_ENTRY_NO, "result": "MAYBE"})
    assert answer.status_code == 422
