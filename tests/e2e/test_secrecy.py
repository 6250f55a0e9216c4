"""After lives full of names, numbers and free texts, nothing personal and no key stands anywhere in clear."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from asn1crypto import pem

from cli.demo.story import declaration_number
from cli.up.cards import prepare_cards
from signing.software import SoftwareKey
from tests.e2e.cards import card, declare_signed, pins, private_keys
from tests.e2e.client import APPOINTMENTS, SOON, Broker, body, login
from tests.e2e.conftest import close_port
from tests.e2e.searching import encodings, files, forms, found, stands_in
from tests.e2e.stack import POLICY, Up, until, up
from tests.pdfs.raw import one_page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

NAME, MOBILE, BAD_MOBILE = "欧阳绝密", "13987654321", "1398765432100"
REASON, CANCEL, EXPLANATION = "甲乙丙申请理由不可外传", "丁戊己撤回缘由不可外传", "庚辛壬情况说明不可外传"
RELEASE, DISMISSAL, NOTE = "子丑寅解除缘由不可外传", "卯辰巳搁置缘由不可外传", "午未申关员批注不可外传"
WRONG_KEY = "yuyue-guess-Zm9vYmFyYmF6cXV4"
#: What people type at a login that fails; the second one where the name belongs.
WRONG_PASSWORD, MISPLACED = "vertippt-Qx81-halbmond", "kennwort-im-falschen-feld-77"
FILE_NAME = "酉戌亥合同不可外传"
PERSONAL = (NAME, MOBILE, BAD_MOBILE, REASON, CANCEL, EXPLANATION, RELEASE, DISMISSAL, NOTE, WRONG_KEY, FILE_NAME)
#: What is written in a file lies encrypted in the object store, and nowhere in clear.
IN_THE_FILE = "the-words-of-the-contract-itself"
#: Customs' own book, and where keys, PINs and cards are kept: there the values stand, so the search does find them.
HOLDERS = ("simulator.db", "secrets.json", "keys.json", "users.json", "cards.json", "private")
TOO_MANY_FOR_CUSTOMS = 51
SEARCHED = {"metrics", "logs/api.log", "logs/worker.log", "logs/temporal.log"} | {
    f"{name}{part}" for name in ("temporal.db", "yuyue.db") for part in ("", "-wal")
}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Up]:
    """A stack of its own, whose policy allows more declarations than a message may carry."""
    options = ("--data-dir", str(tmp_path / "data"), "--port-base", "0")
    with up(tmp_path, *options, policy=POLICY + "max_declarations = 60\n") as running:
        close_port(running.wait_until_ready())
        yield running


def booked(broker: Broker, key: SoftwareKey, **window: Any) -> str:
    """An approved appointment that says everything personal there is, signed by a card."""
    content = broker.content(**window) | {"contact_name": NAME, "contact_mobile": MOBILE, "reason": REASON}
    assert broker.http.post(APPOINTMENTS, json=content | {"contact_mobile": BAD_MOBILE}).status_code == 422
    number = str(body(broker.http.post(APPOINTMENTS, json=content), 201)["pre_entry_no"])
    attach(broker, number)
    version = broker.http.get(f"{APPOINTMENTS}/{number}").headers["etag"]
    body(broker.http.put(f"{APPOINTMENTS}/{number}", json=content, headers={"If-Match": version}))
    declare_signed(broker, key, number, "submission")
    broker.until_state(number, "succeeded")
    return number


def attach(broker: Broker, number: str) -> None:
    """One file is taken, one is refused."""
    path, form = f"{APPOINTMENTS}/{number}/attachments", {"purpose": "application"}
    sound = one_page({9: f"({IN_THE_FILE})".encode()})
    for file, status in ((sound, 201), (b"no PDF", 422)):
        body(broker.http.post(path, files={"file": (f"{FILE_NAME}.pdf", file)}, data=form), status)


def cancelled(broker: Broker, key: SoftwareKey) -> None:
    number = booked(broker, key)
    body(broker.office.post("/control/decide", json={"pre_entry_no": number, "result": "ACCEPTED", "note": NOTE}))
    until(lambda: NOTE in str(broker.receipts(number)), seconds=10, what="the note is shown to its enterprise")
    assert broker.view(number)["content"]["contact_name"] == NAME
    body(broker.act(number, "cancellation", {"reason": CANCEL}))


def overdue_and_released(broker: Broker, key: SoftwareKey, operator: httpx.Client) -> None:
    number = booked(broker, key, starts_in=SOON)
    broker.until_state(number, "completed_without_feedback", seconds=40)
    broker.scenario("silent")
    body(broker.act(number, "explanation", {"text": EXPLANATION}))
    body(operator.post(f"/ops/v1/appointments/{number}/release", json={"reason": RELEASE}))
    broker.scenario("auto")


def stuck(broker: Broker, key: SoftwareKey, operator: httpx.Client) -> None:
    """A message that customs never takes: found by its filter, tried again on an operator's word, and stuck again."""
    number = booked(broker, key)
    numbers = [declaration_number(each) for each in range(TOO_MANY_FOR_CUSTOMS)]
    broker.scenario("outage")
    body(broker.act(number, "feedback", {"declaration_numbers": numbers}))
    filters = {"attention": "delivery_stuck"}

    def listed() -> list[str]:
        items = body(operator.get("/ops/v1/appointments", params=filters))["items"]
        return [each["pre_entry_no"] for each in items]

    until(lambda: listed() == [number], seconds=15, what="the message is stuck")
    (delivery,) = body(operator.get("/ops/v1/deliveries", params={"state": "stuck"}))["items"]
    assert delivery["pre_entry_no"] == number
    body(operator.post(f"/ops/v1/deliveries/{delivery['message_id']}/retry"))
    until(lambda: parked_times(broker, number) == 2, seconds=15, what="stuck once more")
    broker.scenario("auto")


def parked_times(broker: Broker, number: str) -> int:
    timeline = body(broker.http.get(f"{APPOINTMENTS}/{number}/timeline"))
    return str(timeline).count("'delivery_parked'")


def parked(stack: Up, operator: httpx.Client) -> None:
    """A receipt that cannot be read is sealed whole and opened for operators alone."""
    headers = {"Content-Type": "application/xml"}
    with stack.client("customs") as customs:
        assert customs.post("/customs/v1/receipts", content=f"<x>{NAME}\xff".encode(), headers=headers).is_success
    (kept,) = body(operator.get("/ops/v1/receipts/parked"))["items"]
    path = f"/ops/v1/receipts/parked/{kept['id']}"
    raw = operator.get(f"{path}/raw")
    assert body(raw)["text"] == f"<x>{NAME}\xff"
    assert raw.headers["cache-control"] == "no-store"
    with stack.client("general") as enterprise:
        assert enterprise.get(f"{path}/raw").status_code == 403
    body(operator.post(f"{path}/dismiss", json={"reason": DISMISSAL}))
    assert operator.get(f"{path}/raw").status_code == 409


def secrets_of(data: Path) -> list[str]:
    """Every key of the stack, as it is written."""
    sealing = json.loads((data / "secrets.json").read_text())
    seal_keys = [pair.split(":")[1] for pair in sealing["seal_keys"].split(",")]
    return [*json.loads((data / "keys.json").read_text()).values(), *seal_keys, sealing["fingerprint_key"]]


def logged_in(stack: Up) -> list[str]:
    """Every secret of two sessions, one of them ended: cookies, CSRF tokens."""
    secrets = []
    for role in ("general", "operator"):
        name, password = stack.ready["users"][role]
        with stack.client() as browser:
            assert login(browser, name, WRONG_PASSWORD).status_code == 401
            assert login(browser, MISPLACED, password).status_code == 401
            principal = body(login(browser, name, password), 201)
            secrets += [browser.cookies["yuyue"], principal["csrf_token"]]
            browser.headers["X-CSRF-Token"] = principal["csrf_token"]
            body(browser.get("/api/v1/session"))
            if role == "operator":
                assert browser.delete("/api/v1/session").status_code == 204
    return secrets


def calendar_addresses(broker: Broker) -> list[str]:
    """The secrets of two calendar feeds that were read, the first of them dead by then."""
    made = [urlsplit(body(broker.http.post("/api/v1/calendar-feed"), 201)["url"]).query for _ in range(2)]
    with httpx.Client(base_url=broker.http.base_url, trust_env=False) as reader:
        assert [reader.get(f"/calendar.ics?{query}").status_code for query in made] == [404, 200]
    return [query.partition("=")[2] for query in made]


def passwords_of(stack: Up) -> list[str]:
    return [password for _, password in stack.ready["users"].values()]


def test_nothing_personal_and_no_key_is_left_in_clear(stack: Up, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with stack.client("operator") as operator, Broker(stack, "general", "3122260002", "3122260003") as broker:
        key = card(data, "general")
        cancelled(broker, key)
        stuck(broker, key, operator)
        parked(stack, operator)
        with Broker(stack, "advanced", "3122260001", "3122260004") as careless:
            overdue_and_released(careless, card(data, "advanced"), operator)
        assert broker.http.get("/ops/v1/appointments", headers={"Authorization": f"Bearer {WRONG_KEY}"}).is_error
        tokens = [*logged_in(stack), *calendar_addresses(broker)]
        metrics = ("metrics", broker.http.get("/metrics").content)
    values = {*PERSONAL, IN_THE_FILE, WRONG_PASSWORD, MISPLACED, *tokens, *secrets_of(data), *passwords_of(stack)}
    running = [metrics, *files(data, but=HOLDERS)]
    assert {"temporal.db", "temporal.db-wal", "yuyue.db", "yuyue.db-wal", "logs/worker.log"} <= {
        name for name, _ in running
    }
    assert found(values, running) == set()
    assert [name for name, _ in running if name.startswith("objects/")], "the files are searched"
    assert_search_finds(values, data)
    assert_worker_refuses_demo_data(stack, data)
    stack.stop()
    assert found(values, files(data, but=HOLDERS)) == set()
    raw_keys = [base64.b64decode(each) for each in secrets_of(data)[-2:]] + private_keys(data)
    shapes = {shape for key in raw_keys for shape in encodings(key)}
    assert not [name for name, text in files(data, but=HOLDERS) for shape in shapes if shape in text]
    assert not [name for name, text in files(data, but=HOLDERS) for pin in pins(data) if stands_in(pin, text)]
    assert all(stands_in(pin, (data / "cards.json").read_bytes()) for pin in pins(data))


def assert_search_finds(values: set[str], data: Path) -> None:
    """The same search finds what does stand in clear: in customs' book, in the key files, and in both our stores."""
    held = {value for value, _ in found(values, files(data))}
    passwords = {password for _, password in json.loads((data / "users.json").read_text()).values()}
    assert {NAME, MOBILE, REASON, CANCEL, EXPLANATION, NOTE, FILE_NAME, *secrets_of(data), *passwords} <= held
    ours = {where.split("-")[0] for _, where in found(["其他活鱼"], files(data, but=HOLDERS))}
    assert {"temporal.db", "yuyue.db"} <= ours


def assert_worker_refuses_demo_data(stack: Up, data: Path) -> None:
    """However the worker is started."""
    sealing = json.loads((data / "secrets.json").read_text())
    told = {
        "TEMPORAL_ADDRESS": stack.ready["temporal"],
        "YUYUE_DATABASE_URL": f"sqlite:///{data}/yuyue.db",
        "YUYUE_SEAL_KEYS": sealing["seal_keys"],
        "YUYUE_FINGERPRINT_KEY": sealing["fingerprint_key"],
    }
    command = [sys.executable, "-m", "worker"]
    refused = subprocess.run(command, env=os.environ | told, capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode == 1
    assert "demo data" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_search_knows_every_private_key_there_is(tmp_path: Path) -> None:
    """The numbers it looks for are those that the authority's own files hold."""
    data = tmp_path / "data"
    prepare_cards(data / "pki", data / "cards.json", datetime.now(UTC))
    held = [pem.unarmor(file.read_bytes())[2] for file in (data / "pki" / "private").glob("*.key")]
    numbers = private_keys(data)
    assert len(numbers) == len(held) + 2 * len(pins(data))
    assert all(any(number in der for number in numbers) for der in held)


@pytest.mark.parametrize("place", range(4))
def test_the_search_finds_a_planted_value_in_every_form(tmp_path: Path, place: int) -> None:
    padding = b"\x00\xff\x41" * 2
    for form in forms(NAME):
        (tmp_path / "planted").write_bytes(padding[:place] + form + padding)
        assert found([NAME], files(tmp_path)) == {(NAME, "planted")}, form
    whole = base64.b64encode(padding[:place] + NAME.encode() + padding)
    assert found([NAME], [("x", whole)]) == {(NAME, "x")}
    assert found([NAME], [("x", NAME[:2].encode())]) == set()
