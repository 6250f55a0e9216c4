"""``yuyue pki``: cards that a server trusting the folder takes, until they are revoked."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from signing import Rejected, cms
from signing.software import SoftwareKey, unpack
from signing.trust import Trust
from signing.verify import verify_data, verify_login

CODE = "3122260001"


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["pki", *arguments])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert "SANDBOX ONLY" in run("init", str(tmp_path / "pki"))
    return tmp_path / "pki"


def opened(folder: Path, name: str, use: str) -> SoftwareKey:
    file = next((folder / "cards" / f"{CODE}-{name}").glob(f"{use}.[!c]*"))
    return unpack(file.read_bytes(), "123456")


@pytest.mark.parametrize("kind", ["p256", "sm2", "rsa"])
def test_a_card_signs_and_logs_in_with_a_key_for_each(folder: Path, kind: str) -> None:
    run("card", str(folder), "--customs-code", CODE, "--kind", kind, "--pin", "123456")
    sign, login = opened(folder, "card", "signing"), opened(folder, "card", "login")
    now, trust = datetime.now(UTC), Trust(folder / "trust")
    raw = cms.assemble(b"declared", sign.certificate, sign.key, sign.chain)
    assert verify_data(raw, b"declared", signer=CODE, at=now, trust=trust).holder.customs_code == CODE
    answer = cms.assemble(b"challenge", login.certificate, login.key, login.chain)
    assert verify_login(answer, b"challenge", at=now, trust=trust).holder.customs_code == CODE
    with pytest.raises(Rejected):
        verify_login(raw, b"declared", at=now, trust=trust)


@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_a_revoked_card_is_refused_at_once(folder: Path, kind: str) -> None:
    run("card", str(folder), "--customs-code", CODE, "--kind", kind, "--pin", "123456")
    sign, trust = opened(folder, "card", "signing"), Trust(folder / "trust")
    raw = cms.assemble(b"declared", sign.certificate, sign.key, sign.chain)
    verify_data(raw, b"declared", signer=CODE, at=datetime.now(UTC), trust=trust)
    run("revoke", str(folder), f"{sign.certificate.serial_number:x}")
    with pytest.raises(Rejected) as refused:
        verify_data(raw, b"declared", signer=CODE, at=datetime.now(UTC), trust=trust)
    assert refused.value.code == "signature.revoked"
    assert "revoked" in run("list", str(folder))


def test_every_file_is_its_owners_alone(folder: Path) -> None:
    run("card", str(folder), "--customs-code", CODE)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 12
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_what_cannot_be_done_is_said(folder: Path, tmp_path: Path) -> None:
    assert "not empty" in run("init", str(folder), code=1)
    assert "no sandbox authority" in run("list", str(tmp_path), code=1)
    assert "not issued here" in run("revoke", str(folder), "abc", code=1)
    assert "10 characters" in run("card", str(folder), "--customs-code", "1", code=1)
    run("card", str(folder), "--customs-code", CODE)
    assert "already" in run("card", str(folder), "--customs-code", CODE, code=1)


def test_no_name_of_a_certificate_could_pass_for_a_real_one(folder: Path) -> None:
    run("card", str(folder), "--customs-code", CODE, "--pin", "123456")
    for certificate in (opened(folder, "card", "signing").certificate, *opened(folder, "card", "signing").chain):
        assert "NOT A REAL AUTHORITY" in certificate.subject.human_friendly
