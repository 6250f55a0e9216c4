"""The card's program at a real PC/SC daemon: a PIV card in software behind a virtual reader."""

import base64
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from signing.trust import Trust
from tests.cards.making import CODE, OTHER_CODE, PIN, WRONG_PIN, Issuer
from tests.cards.opensc import Tools
from tests.cards.piv import TRIES, Faults, PivCard
from tests.cards.reader import SECONDS, Reader
from tests.e2e.stack import until
from tests.integration.card_agent.asking import (
    PRESENCE_PURPOSE,
    Card,
    answer,
    challenge,
    code_of,
    judged_data,
    judged_login,
    sign,
    statement,
)
from tests.integration.card_agent.program import Events, Program

pytestmark = pytest.mark.slow


@pytest.fixture
def page(running: Program) -> Iterator[httpx.Client]:
    with running.page() as page:
        yield page


@pytest.fixture
def trust(issuer: Issuer) -> Trust:
    return Trust(issuer.trust)


def inserted(running: Program, reader: Reader, card: PivCard) -> Card:
    """Put in, and seen by the page."""
    with running.events() as events:
        events.wait_for("state")
        reader.insert(card)
        told = events.wait_for("inserted")
    (seen,) = [each["card"] for each in told["state"]["readers"] if each["card"]]
    assert isinstance(seen, dict)
    return seen


def logged_in(running: Program, reader: Reader, card: PivCard, page: httpx.Client) -> Card:
    """Put in, seen by the page, and opened with its PIN."""
    seen = inserted(running, reader, card)
    assert answer(page, seen, challenge(), PIN).status_code == 200
    return seen


def read_at_last(events: Events, *, meanwhile: str) -> str:
    """The customs code of the card, once it could be read; the one problem until then is ``meanwhile``."""
    while (told := events.wait_for("inserted")["state"]["readers"][0])["problem"]:
        assert told["problem"] == meanwhile
    return str(told["card"]["customs_code"])


def opened(running: Program) -> dict[str, bool]:
    """Customs code → whether that card is open."""
    return {code: card["open"] for code, card in running.cards().items()}


def test_a_card_in_a_reader_logs_in_and_signs(
    running: Program, empty: Reader, issuer: Issuer, page: httpx.Client, trust: Trust
) -> None:
    card = issuer.card(days=20)
    seen = inserted(running, empty, card)
    assert (seen["customs_code"], seen["tries_left"], seen["days_left"]) == (CODE, TRIES, 19)
    assert page.get("/v1/status").json()["is_card"] is True
    asked, raw = challenge(), statement(CODE)
    assert judged_login(answer(page, seen, asked, PIN), asked, trust).holder.serial == seen["serial"]
    assert judged_data(sign(page, seen, raw, PIN), raw, trust, CODE).algorithm == "ecdsa-p256-sha256"
    alive = challenge(PRESENCE_PURPOSE)
    judged_login(answer(page, seen, alive, None), alive, trust)


def test_a_card_with_rsa_keys_does_too_and_openssl_accepts_what_it_signs(
    running: Program, empty: Reader, issuer: Issuer, page: httpx.Client, trust: Trust, place: Path
) -> None:
    """JOSE has RSA, but a challenge is answered in ES256 or CMS."""
    seen = inserted(running, empty, issuer.card(kind="rsa"))
    asked, raw = challenge(), statement(CODE)
    assert judged_login(answer(page, seen, asked, PIN), asked, trust).holder.serial == seen["serial"]
    signed = sign(page, seen, raw, PIN)
    assert judged_data(signed, raw, trust, CODE).algorithm == "rsa-sha256"
    judge = Tools(empty, place)
    assert judge.openssl_accepts_cms(base64.b64decode(signed.json()["cms"]), raw)
    assert not judge.openssl_accepts_cms(base64.b64decode(signed.json()["cms"]), raw + b" ")


def test_three_wrong_pins_block_the_card_and_the_last_is_asked_about(
    running: Program, empty: Reader, issuer: Issuer, page: httpx.Client
) -> None:
    card = issuer.card()
    seen = inserted(running, empty, card)
    assert code_of(answer(page, seen, challenge(), "12345")) == "card.pin_format"
    wrong = answer(page, seen, challenge(), WRONG_PIN)
    assert (code_of(wrong), wrong.json()["facts"]) == ("card.pin_wrong", {"tries_left": 2})
    assert "还可尝试 2 次" in wrong.json()["detail"]
    assert code_of(sign(page, seen, statement(CODE), WRONG_PIN)) == "card.pin_wrong"
    assert running.cards()[CODE]["tries_left"] == 1
    assert code_of(answer(page, seen, challenge(), PIN)) == "card.last_try"
    assert card.tries == 1, "not even the right PIN is tried unasked"
    assert code_of(answer(page, seen, challenge(), WRONG_PIN, last_try=True)) == "card.blocked"
    assert code_of(answer(page, seen, challenge(), PIN, last_try=True)) == "card.blocked"
    assert running.cards()[CODE]["tries_left"] == 0
    assert card.signatures == 0


def test_the_last_try_with_the_right_pin_opens_the_card(
    running: Program, empty: Reader, issuer: Issuer, page: httpx.Client
) -> None:
    card = issuer.card()
    seen = inserted(running, empty, card)
    for _ in range(2):
        answer(page, seen, challenge(), WRONG_PIN)
    assert answer(page, seen, challenge(), PIN, last_try=True).status_code == 200
    assert card.tries == TRIES


def test_a_pulled_card_locks_at_once_and_the_same_card_goes_on(
    running: Program, empty: Reader, issuer: Issuer, page: httpx.Client, trust: Trust
) -> None:
    card = issuer.card()
    seen = logged_in(running, empty, card, page)
    alive = challenge(PRESENCE_PURPOSE)
    with running.events() as events:
        events.wait_for("state")
        empty.pull()
        told = events.wait_for("removed")
    assert told["card"] == seen["serial"]
    assert [each["card"] for each in told["state"]["readers"]] == [None, None]
    assert code_of(answer(page, seen, alive, None)) == "card.removed"
    again = inserted(running, empty, card)
    assert again["open"] is False
    assert code_of(answer(page, again, alive, None)) == "card.locked"
    judged_login(answer(page, again, alive, PIN), alive, trust)


def test_another_card_does_not_stand_in_for_the_one_that_was_pulled(
    running: Program, empty: Reader, issuer: Issuer, page: httpx.Client
) -> None:
    seen = logged_in(running, empty, issuer.card(), page)
    other = inserted(running, empty, issuer.card(OTHER_CODE))
    assert code_of(answer(page, seen, challenge(PRESENCE_PURPOSE), None)) == "card.removed"
    assert code_of(sign(page, other, statement(CODE), PIN)) == "card.other_enterprise"


def test_a_card_that_is_swapped_quickly_is_another_insertion(
    running: Program, empty: Reader, issuer: Issuer, page: httpx.Client
) -> None:
    card = issuer.card()
    seen = logged_in(running, empty, card, page)
    with running.events() as events:
        events.wait_for("state")
        empty.insert(card)  # out and in again
        events.wait_for("removed")
        events.wait_for("inserted")
    assert code_of(answer(page, seen, challenge(PRESENCE_PURPOSE), None)) == "card.locked"


def test_a_card_that_took_an_open_one_s_place_unnoticed_is_another_card(
    running: Program, empty: Reader, issuer: Issuer, page: httpx.Client
) -> None:
    """A swap that is quicker than the service looks: the open card no longer answers, and the new one is read."""
    seen = logged_in(running, empty, issuer.card(), page)
    empty.slip(issuer.card(OTHER_CODE))
    # In one look: the service may notice the swap afterwards, and the card is then gone for a moment.
    until(lambda: opened(running) == {OTHER_CODE: False}, seconds=SECONDS, what="the other card, not open")
    assert code_of(answer(page, seen, challenge(PRESENCE_PURPOSE), None)) == "card.removed"


def test_a_card_that_took_an_open_one_s_place_and_cannot_be_read_at_once_is_read_again_unasked(
    running: Program, empty: Reader, issuer: Issuer, page: httpx.Client
) -> None:
    """The service tells of no insertion that it did not see."""
    seen = logged_in(running, empty, issuer.card(), page)
    other = issuer.card(OTHER_CODE, faults=Faults(deaf=1))
    with running.events() as events:
        events.wait_for("state")
        empty.slip(other)
        assert answer(page, seen, challenge(PRESENCE_PURPOSE), None).status_code >= 400
        code = read_at_last(events, meanwhile="card.unusable")
    assert code == OTHER_CODE


def test_a_card_whose_first_contact_fails_is_looked_at_again_unasked(
    running: Program, empty: Reader, issuer: Issuer
) -> None:
    with running.events() as events:
        events.wait_for("state")
        empty.insert(issuer.card(faults=Faults(deaf=2)))
        problems = [events.wait_for("inserted")["state"]["readers"][0]["problem"] for _ in range(3)]
    assert problems == ["card.unusable", "card.unusable", None]


def test_a_card_that_does_not_wake_up_is_told_and_tried_again_unasked(
    running: Program, empty: Reader, issuer: Issuer
) -> None:
    """The service tries once, and leaves it at that for as long as the card is in."""
    with running.events() as events:
        events.wait_for("state")
        card = issuer.card(faults=Faults(mute=True))
        empty.insert(card)
        assert events.wait_for("inserted")["state"]["readers"][0]["problem"] == "card.mute"
        card.faults.mute = False
        code = read_at_last(events, meanwhile="card.mute")
    assert code == CODE


def test_a_card_that_falls_mute_is_told_as_pulled(
    running: Program, empty: Reader, issuer: Issuer, page: httpx.Client
) -> None:
    """A card with a bad contact is mute after a reset."""
    card = issuer.card()
    seen = logged_in(running, empty, card, page)
    with running.events() as events:
        events.wait_for("state")
        card.faults.mute = True
        page.post("/v1/lock", json={"card": seen["serial"]})
        assert events.wait_for("removed")["card"] == seen["serial"]
        assert events.wait_for("inserted")["state"]["readers"][0]["problem"] == "card.mute"
    assert code_of(answer(page, seen, challenge(), PIN)) == "card.removed"


def test_a_service_that_dies_locks_at_once_and_is_found_again(
    running: Program, empty: Reader, issuer: Issuer, page: httpx.Client, trust: Trust
) -> None:
    card = issuer.card()
    seen = logged_in(running, empty, card, page)
    with running.events() as events:
        events.wait_for("state")
        empty.kill()
        assert events.wait_for("removed")["card"] == seen["serial"]
        assert events.wait_for("readers")["state"]["service"] is False
        assert code_of(answer(page, seen, challenge(), PIN)) == "card.service_gone"
        empty.start()
        assert events.wait_for("inserted")["card"] == seen["serial"]
    asked = challenge()
    judged_login(answer(page, seen, asked, PIN), asked, trust)


def test_a_card_that_logged_in_is_open_to_nobody_else(
    running: Program, empty: Reader, issuer: Issuer, page: httpx.Client, place: Path
) -> None:
    """Exclusive while it is open, reset when it is locked: another program neither signs nor finds the PIN given."""
    card = issuer.card()
    seen = logged_in(running, empty, card, page)
    stranger = Tools(empty, place)
    assert stranger.sees_no_card(), "while it is open"
    page.post("/v1/lock", json={"card": seen["serial"]})
    before = card.signatures
    assert not stranger.signs(b"anything", pin=None)
    assert card.signatures == before
