"""Whose settings they are: a user's, or a card's; and a key has none."""

from datetime import UTC, datetime

from domain.actor import ActorKind
from identity.principal import BrowserSession, Principal, Scope, user_holder


def caller(browser: BrowserSession | None) -> Principal:
    return Principal(ActorKind.ENTERPRISE, "张三", "3122260002", frozenset({Scope.APPOINTMENTS}), browser)


def card(serial: str) -> Principal:
    return caller(BrowserSession("hash", "token", serial, datetime(2036, 1, 1, tzinfo=UTC)))


def test_two_cards_of_one_enterprise_are_two_holders_and_name_nobody() -> None:
    assert card("01").holder != card("02").holder
    assert "张三" not in str(card("01").holder)


def test_a_user_is_one_holder_and_a_key_is_none() -> None:
    assert caller(BrowserSession("hash", "token")).holder == user_holder("张三")
    assert caller(None).holder is None
