"""Files of credentials that are replaced, halfway or wholly, while they are used."""

import os
import time
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from runtime.credentials import client_certificate
from runtime.credentials.client_certificate import TlsFiles
from runtime.credentials.customs import credential_states
from runtime.credentials.kept import CredentialError, KeptFiles
from runtime.credentials.token import SETTLED_SECONDS, read_token
from runtime.settings import Settings
from tests.unit.runtime.credentials.pki import Pki


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "token"


@pytest.fixture
def token(path: Path) -> KeptFiles[str]:
    return KeptFiles([path], partial(read_token, path))


def replace(path: Path, content: bytes) -> None:
    """Puts the content there as an administrator should: under another name, then renamed."""
    new = path.with_suffix(".new")
    new.write_bytes(content)
    new.rename(path)


def test_a_new_token_counts_at_the_next_use(path: Path, token: KeptFiles[str]) -> None:
    replace(path, b"first\n")
    assert token.current() == "first"
    replace(path, b"second\n")
    assert token.current() == "second"


@pytest.mark.parametrize("content", [b"", b"\n", b"seco", b"two words\n", b"a\nb\n", b"\xff\n", b"x" * 9000 + b"\n"])
def test_a_file_that_is_empty_half_written_or_wrong_keeps_the_last_good_one_and_says_so_once(
    path: Path, token: KeptFiles[str], content: bytes
) -> None:
    replace(path, b"first\n")
    assert token.current() == "first"
    path.write_bytes(content)
    with capture_logs() as logs:
        assert [token.current(), token.current()] == ["first", "first"]
    assert [(each["log_level"], each["last_good_one_is_kept"]) for each in logs] == [("warning", True)]
    assert "first" not in str(logs)
    path.unlink()
    assert token.current() == "first"
    replace(path, b"second\n")
    assert token.current() == "second"


def test_without_a_good_one_there_is_none(path: Path, token: KeptFiles[str]) -> None:
    with pytest.raises(CredentialError, match="FileNotFoundError"):
        token.current()
    path.write_bytes(b"")
    with pytest.raises(CredentialError, match="empty"):
        token.current()


def test_a_token_without_a_line_end_counts_once_nobody_has_written_for_a_while(
    path: Path, token: KeptFiles[str]
) -> None:
    path.write_bytes(b"whole")
    with pytest.raises(CredentialError, match="may still be written"):
        token.current()
    before = time.time() - SETTLED_SECONDS
    os.utime(path, (before, before))
    assert token.current() == "whole"


def test_a_certificate_without_its_new_key_keeps_the_last_good_pair(tmp_path: Path) -> None:
    pki = Pki(tmp_path / "pki")
    certificate, key = pki.issue("client", days=40)
    files = TlsFiles(certificate, key, pki.authority)
    kept = KeptFiles([certificate, key], lambda: client_certificate.load(files))
    first = kept.current()
    new, new_key = pki.issue("new", days=50)
    replace(certificate, new.read_bytes())
    assert kept.current() is first, "the key is still the old one"
    replace(key, new_key.read_bytes())
    assert kept.current() is not first
    assert client_certificate.days_left(files) == 49


@pytest.mark.parametrize(("days", "text"), [(-1, "it ended at"), (-0.001, "it ended at")])
def test_a_certificate_that_is_over_is_not_taken(tmp_path: Path, days: float, text: str) -> None:
    pki = Pki(tmp_path / "pki")
    with pytest.raises(CredentialError, match=text):
        client_certificate.load(TlsFiles(*pki.issue("client", days=days), pki.authority))


def test_every_credential_that_is_set_is_examined(tmp_path: Path) -> None:
    pki = Pki(tmp_path / "pki")
    certificate, key = pki.issue("client", days=20)
    (tmp_path / "token").write_bytes(b"")
    settings = Settings(
        customs_client_certificate=certificate,
        customs_client_key=key,
        customs_authorities=pki.authority,
        customs_token_file=tmp_path / "token",
        customs_signing_key=tmp_path / "absent",
    )
    found = {each.name: each for each in credential_states(settings)}
    assert (found["client_certificate"].fault, found["client_certificate"].days_left) == (None, 19)
    assert found["token"].fault == f"{tmp_path / 'token'}: empty"
    assert found["signing_key"].fault == f"FileNotFoundError {tmp_path / 'absent'}"
    assert list(credential_states(Settings())) == []


def test_a_certificate_needs_its_key() -> None:
    with pytest.raises(ValueError, match="come together"):
        Settings(customs_client_certificate=Path("a.pem"))
