"""A path is validated once, believed until a list is due, and never longer than the folder stays as it is."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto.x509 import Certificate

from cli.pki.certificates import Span
from signing import Rejected
from signing import trust as trusting
from signing.algorithms import KeyKind
from signing.anchors import TrustError
from signing.trust import Chain, Trust
from tests.unit.signing.builders import MONTH, NOW, IssuingOffice, office


@pytest.fixture
def here() -> IssuingOffice:
    return office(KeyKind.P256)


@pytest.fixture
def folder(tmp_path: Path, here: IssuingOffice) -> Path:
    for name in ("roots", "issuers", "crls"):
        (tmp_path / name).mkdir()
    (tmp_path / "roots" / "root.crt").write_bytes(here.root.certificate.dump())
    (tmp_path / "issuers" / "issuing.crt").write_bytes(here.issuing.certificate.dump())
    _publish(tmp_path, here)
    return tmp_path


def _publish(folder: Path, here: IssuingOffice, *revoked: int, span: Span = MONTH) -> None:
    for number, each in enumerate(here.anchors(*revoked, span=span).crls):
        (folder / "crls" / f"{number}.crl").write_bytes(each.dump())


@pytest.fixture
def validations(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Returns the number of path validations so far."""
    seen: list[int] = []
    real = trusting.validate

    def counted(*given: Any) -> Chain:
        seen.append(1)
        return real(*given)

    monkeypatch.setattr(trusting, "validate", counted)
    return seen


def test_a_path_is_validated_once(here: IssuingOffice, folder: Path, validations: list[int]) -> None:
    trust, card = Trust(folder), here.card()
    first = trust.chain(card, [], NOW)
    assert trust.chain(card, [], NOW + timedelta(hours=1)) is first
    assert len(validations) == 1


def test_it_is_believed_until_a_list_is_due(here: IssuingOffice, folder: Path) -> None:
    trust, card = Trust(folder), here.card()
    chain = trust.chain(card, [], NOW)
    assert chain.until == MONTH.until.replace(microsecond=0)
    with pytest.raises(Rejected) as refused:
        trust.chain(card, [], MONTH.until + timedelta(minutes=1))
    assert refused.value.code == "signature.crl_stale"


def test_a_renewed_list_counts_at_once(here: IssuingOffice, folder: Path) -> None:
    trust, card = Trust(folder), here.card()
    trust.chain(card, [], NOW)
    _publish(folder, here, card.serial_number)
    with pytest.raises(Rejected) as refused:
        trust.chain(card, [], NOW)
    assert refused.value.code == "signature.revoked"


def test_a_refusal_is_not_remembered(here: IssuingOffice, folder: Path, validations: list[int]) -> None:
    trust, card = Trust(folder), here.card(span=Span(NOW + timedelta(hours=1), NOW + timedelta(days=9)))
    for _ in range(2):
        with pytest.raises(Rejected):
            trust.chain(card, [], NOW)
    assert trust.chain(card, [], NOW + timedelta(hours=2)).holds_at(NOW + timedelta(hours=2))
    assert len(validations) == 3


def test_an_earlier_moment_than_the_path_holds_for_is_judged_anew(here: IssuingOffice, folder: Path) -> None:
    trust, card = Trust(folder), here.card()
    trust.chain(card, [], NOW)
    with pytest.raises(Rejected) as refused:
        trust.chain(card, [], NOW - timedelta(days=2))
    assert refused.value.code == "signature.not_yet_valid"


def test_a_certificate_signed_with_a_weak_algorithm_is_not_taken(here: IssuingOffice, folder: Path) -> None:
    card = here.card()
    card["tbs_certificate"]["signature"] = {"algorithm": "sha1_ecdsa"}
    card["signature_algorithm"] = {"algorithm": "sha1_ecdsa"}
    weak = Certificate.load(card.dump(force=True))
    with pytest.raises(Rejected) as refused:
        Trust(folder).chain(weak, [], NOW)
    assert refused.value.code == "signature.algorithm"


@pytest.mark.parametrize("name", ["roots/bad.crt", "issuers/bad.crt", "crls/bad.crl"])
def test_a_file_that_cannot_be_read_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"not a certificate")
    with pytest.raises(TrustError, match="bad"):
        Trust(folder)


def test_a_file_that_is_being_written_is_not_looked_at(folder: Path) -> None:
    (folder / "crls" / ".new.crl").write_bytes(b"half a li")
    Trust(folder)


def test_a_folder_without_a_root_trusts_nobody(folder: Path) -> None:
    (folder / "roots" / "root.crt").unlink()
    with pytest.raises(TrustError, match="no root"):
        Trust(folder)
