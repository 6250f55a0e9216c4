"""The same virtual card before programs that know nothing of us: it is a PIV card, or the tests prove nothing."""

from pathlib import Path

import pytest

from tests.cards.making import PIN, WRONG_PIN, Issuer
from tests.cards.opensc import LOGIN, SIGNING, Tools
from tests.cards.piv import Faults, PivCard
from tests.cards.reader import SECONDS, Reader
from tests.e2e.stack import until

pytestmark = pytest.mark.slow

DATA = b"what is declared"


def at(reader: Reader, card: PivCard, folder: Path) -> Tools:
    """The card in the reader, and answering."""
    reader.insert(card)
    tools = Tools(reader, folder)
    until(lambda: not tools.sees_no_card(), seconds=SECONDS, what="the card in the reader")
    return tools


@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_opensc_reads_the_certificates_and_openssl_accepts_the_signatures(
    empty: Reader, issuer: Issuer, place: Path, kind: str
) -> None:
    card = issuer.card(kind=kind)
    tools = at(empty, card, place)
    for key, held in ((LOGIN, card.keys.login), (SIGNING, card.keys.signing)):
        assert tools.certificate(key) == held.certificate.dump()
        assert tools.signs(DATA, PIN, key, kind)
        assert tools.openssl_accepts(DATA, held.certificate.dump())
        assert not tools.openssl_accepts(DATA + b".", held.certificate.dump())


def test_opensc_is_refused_with_a_wrong_pin(empty: Reader, issuer: Issuer, place: Path) -> None:
    card = issuer.card()
    tools = at(empty, card, place)
    assert not tools.signs(DATA, WRONG_PIN)
    assert (card.tries, card.signatures) == (2, 0)


def test_the_judges_find_a_card_whose_key_is_not_the_certificate_s(empty: Reader, issuer: Issuer, place: Path) -> None:
    card = issuer.card(faults=Faults(other_key=True))
    tools = at(empty, card, place)
    assert tools.signs(DATA, PIN)
    assert not tools.openssl_accepts(DATA, card.keys.login.certificate.dump())


def test_the_judges_find_a_card_that_takes_any_pin(empty: Reader, issuer: Issuer, place: Path) -> None:
    assert at(empty, issuer.card(faults=Faults(any_pin=True)), place).signs(DATA, WRONG_PIN)
