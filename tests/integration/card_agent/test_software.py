"""The card's program with software cards: who may speak to it, what it signs, and what it refuses to sign."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from cli.pki.authority import Authority
from signing.trust import Trust
from tests.integration.card_agent.asking import (
    PRESENCE_PURPOSE,
    answer,
    challenge,
    code_of,
    judged_data,
    judged_login,
    show,
    sign,
    statement,
)
from tests.integration.card_agent.program import PAGE, SECONDS, Program, program

PIN = "24681357"
CODE, SM2_CODE, RSA_CODE = "3122260001", "3122260002", "3122260003"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    made = Authority.create(tmp_path_factory.mktemp("pki") / "pki", datetime.now(UTC))
    made.card(CODE, "desk", kind="p256", pin=PIN, days=20, at=datetime.now(UTC))
    for code, kind in ((SM2_CODE, "sm2"), (RSA_CODE, "rsa")):
        made.card(code, "desk", kind=kind, pin=PIN, days=365, at=datetime.now(UTC))
    return made


@pytest.fixture(scope="module")
def running(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with program(tmp_path_factory.mktemp("desk"), "--cards", str(authority.folder / "cards")) as made:
        yield made


@pytest.fixture
def page(running: Program) -> Iterator[httpx.Client]:
    with running.page() as page:
        yield page


@pytest.fixture
def trust(authority: Authority) -> Trust:
    return Trust(authority.trust)


@pytest.mark.parametrize("code", [CODE, SM2_CODE, RSA_CODE])
def test_a_login_and_a_declaration_are_signed_as_the_server_demands(
    running: Program, page: httpx.Client, trust: Trust, code: str
) -> None:
    card = running.cards()[code]
    asked, raw = challenge(), statement(code)
    assert judged_login(answer(page, card, asked, PIN), asked, trust).holder.serial == card["serial"]
    verified = judged_data(sign(page, card, raw, PIN), raw, trust, code)
    assert (verified.holder.customs_code, verified.algorithm) == (code, card["algorithm"])


def test_status_says_whose_card_it_is_and_that_it_is_none(running: Program, page: httpx.Client) -> None:
    told = page.get("/v1/status").json()
    assert (told["backend"], told["is_card"], told["service"]) == ("pkcs12", False, True)
    card = running.cards()[CODE]
    assert (card["days_left"], card["expires_soon"], card["tries_left"]) == (19, True, None)
    assert running.cards()[SM2_CODE]["expires_soon"] is False
    assert "NOT cards" in running.log.read_text()


def test_what_is_signed_was_shown_before(running: Program, page: httpx.Client) -> None:
    card, raw = running.cards()[CODE], statement(CODE)
    shown = show(page, raw).json()
    assert (shown["act_zh"], shown["pre_entry_no"], shown["signer"]) == ("申报", "202600000000000042", CODE)
    lines = {each["path"]: (each["zh"], each["value"]) for each in shown["content"]}
    assert lines["goods.item.name"] == ("名称", "活鱼")
    other = statement(CODE)
    order: dict[str, Any] = {"card": card["serial"], "pin": PIN, "statement": base64.b64encode(other).decode()}
    assert code_of(page.post("/v1/signature", json=order | {"sha256": shown["sha256"]})) == "agent.not_shown"
    assert sign(page, card, raw, PIN).status_code == 200
    again = order | {"statement": base64.b64encode(raw).decode(), "sha256": shown["sha256"]}
    assert code_of(page.post("/v1/signature", json=again)) == "agent.not_shown"


@pytest.mark.parametrize(
    "foreign", [b"", b"PDF", statement(CODE) + b" ", statement(CODE).replace(b"submission", b"transfer"), challenge()]
)
def test_it_signs_statements_of_ours_only(page: httpx.Client, foreign: bytes) -> None:
    assert code_of(show(page, foreign)) == "agent.statement_unreadable"


def test_a_statement_of_another_enterprise_is_not_signed(running: Program, page: httpx.Client) -> None:
    assert code_of(sign(page, running.cards()[SM2_CODE], statement(CODE), PIN)) == "card.other_enterprise"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (challenge(origin="https://evil.example"), "agent.challenge_foreign"),
        (challenge(purpose="yuyue/pay"), "agent.challenge_unreadable"),
        (challenge() + b" ", "agent.challenge_unreadable"),
        (b"{}", "agent.challenge_unreadable"),
        (statement(CODE), "agent.challenge_unreadable"),
    ],
)
def test_it_signs_challenges_of_ours_for_the_page_that_asks_only(
    running: Program, page: httpx.Client, asked: bytes, code: str
) -> None:
    assert code_of(answer(page, running.cards()[CODE], asked, PIN)) == code


def test_a_challenge_is_signed_for_nobody_without_an_address(running: Program) -> None:
    with running.page(Origin="") as page:
        assert code_of(answer(page, running.cards()[CODE], challenge(), PIN)) == "agent.origin_missing"


def test_a_sign_of_life_needs_a_card_that_is_open(running: Program, page: httpx.Client, trust: Trust) -> None:
    card = running.cards()[CODE]
    page.post("/v1/lock", json={"card": card["serial"]})
    asked = challenge(PRESENCE_PURPOSE)
    assert code_of(answer(page, card, asked, None)) == "card.locked"
    judged_login(answer(page, card, asked, PIN), asked, trust)
    judged_login(answer(page, card, asked, None), asked, trust)
    assert code_of(answer(page, card, challenge(), None)) == "card.locked", "a login always asks for the PIN"
    assert page.post("/v1/lock", json={"card": card["serial"]}).status_code == 204
    assert code_of(answer(page, card, asked, None)) == "card.locked"


def test_a_wrong_pin_locks_what_was_open(running: Program, page: httpx.Client) -> None:
    card = running.cards()[CODE]
    assert answer(page, card, challenge(), PIN).status_code == 200
    assert code_of(sign(page, card, statement(CODE), "00000000")) == "card.file_pin_wrong"
    assert code_of(answer(page, card, challenge(PRESENCE_PURPOSE), None)) == "card.locked"


def test_a_card_that_is_pulled_comes_back_locked(running: Program, page: httpx.Client, trust: Trust) -> None:
    card = running.cards()[CODE]
    folder = next(Path(running_cards(running)).glob(f"{CODE}-*"))
    aside = folder.parent.parent / "pulled"
    assert answer(page, card, challenge(), PIN).status_code == 200
    with running.events() as events:
        events.wait_for("state")
        folder.rename(aside)
        assert events.wait_for("removed")["card"] == card["serial"]
        asked = challenge(PRESENCE_PURPOSE)
        assert code_of(answer(page, card, asked, None)) == "card.removed"
        aside.rename(folder)
        assert events.wait_for("inserted")["card"] == card["serial"]
        assert code_of(answer(page, card, asked, None)) == "card.locked"
        judged_login(answer(page, card, asked, PIN), asked, trust)


def test_a_card_that_is_out_and_in_again_at_once_is_locked(running: Program, page: httpx.Client) -> None:
    card = running.cards()[CODE]
    folder = next(Path(running_cards(running)).glob(f"{CODE}-*"))
    aside = folder.parent.parent / "pulled"
    for _ in range(5):
        assert answer(page, card, challenge(), PIN).status_code == 200
        with running.events() as events:
            events.wait_for("state")
            folder.rename(aside)
            answer(page, card, challenge(PRESENCE_PURPOSE), None)
            aside.rename(folder)
            assert events.wait_for("inserted")["card"] == card["serial"]
        assert running.cards()[CODE]["open"] is False


def running_cards(running: Program) -> str:
    """The folder it was started with."""
    arguments = running.process.args
    assert isinstance(arguments, list)
    return str(arguments[arguments.index("--cards") + 1])


# -- who may speak to it ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Origin": "https://evil.example"}, 403, "agent.origin_refused"),
        ({"Origin": "null"}, 403, "agent.origin_refused"),
        ({"Host": "yuyue.example"}, 403, "agent.host_refused"),
        ({"Host": "127.0.0.1:1"}, 403, "agent.host_refused"),
        ({"Host": "127.0.0.1:x"}, 403, "agent.host_refused"),
        ({"Authorization": ""}, 401, "agent.not_paired"),
        ({"Authorization": "Bearer wrong"}, 401, "agent.not_paired"),
    ],
)
def test_strangers_are_refused(running: Program, headers: dict[str, str], status: int, code: str) -> None:
    with running.page(**headers) as page:
        refused = page.get("/v1/status")
    assert (refused.status_code, code_of(refused)) == (status, code)
    assert refused.headers.get("access-control-allow-origin") in {None, PAGE}


def test_a_page_elsewhere_is_told_nothing_it_could_read(running: Program) -> None:
    with running.page(Origin="https://evil.example") as page:
        for method, path in (("GET", "/v1/status"), ("OPTIONS", "/v1/signature"), ("GET", "/health")):
            assert "access-control-allow-origin" not in page.request(method, path).headers


def test_a_browser_is_told_that_the_page_may_reach_this_machine(running: Program) -> None:
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
        "Access-Control-Request-Private-Network": "true",
    }
    with running.page(Authorization="", **asked) as page:
        told = page.options("/v1/challenge")
    assert told.status_code == 204
    assert told.headers["access-control-allow-origin"] == PAGE
    assert told.headers["access-control-allow-private-network"] == "true"
    assert "authorization" in told.headers["access-control-allow-headers"]
    assert "Origin" in told.headers["vary"]


def test_events_are_told_to_the_paired_page_only(running: Program) -> None:
    address = f"ws://127.0.0.1:{running.port}/v1/events"
    with pytest.raises(InvalidStatus):
        connect(address, origin=Origin("https://evil.example"), proxy=None)
    with connect(address, origin=Origin(PAGE), proxy=None) as socket:
        socket.send(json.dumps({"code": "guessed"}))
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=SECONDS)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


@pytest.mark.parametrize("body", [b"", b"[]", b'{"card": "xx"}', b'{"card": "1", "challenge": "x", "surprise": 1}'])
def test_a_request_that_is_none_is_refused_without_repeating_it(page: httpx.Client, body: bytes) -> None:
    assert code_of(page.post("/v1/challenge", content=body)) == "agent.request_malformed"


def test_too_much_is_refused(page: httpx.Client) -> None:
    assert code_of(page.post("/v1/statement", content=b"x" * 600_000)) == "body.too_large"


def test_refusals_are_told_in_english_to_who_asks_for_it(running: Program) -> None:
    with running.page(**{"Accept-Language": "en"}) as page:
        refused = page.post("/v1/lock", json={"card": "ab"}).json()
    assert refused["detail"] == "The card is in none of the readers."


def test_no_pin_and_no_statement_is_in_the_log(running: Program, page: httpx.Client) -> None:
    card = running.cards()[CODE]
    answer(page, card, challenge(), PIN)
    code_of(answer(page, card, challenge(), "wrong-pin-97531"))
    sign(page, card, statement(CODE), PIN)
    text = running.log.read_text()
    assert "statement signed" in text
    for secret in (PIN, "97531", "活鱼", running.code):
        assert secret not in text
