"""A process that would trust the sandbox's certificates outside it ends with a message, before it does anything."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from pydantic import SecretStr

from cli.pki.authority import Authority
from cli.startup import check_startup
from runtime.sealing import new_key
from runtime.settings import Settings
from tests.copies import Copy


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, upgraded: Copy) -> Path:
    """An empty database, and an authority of the sandbox in ``pki``."""
    folder, now = tmp_path_factory.mktemp("startup"), datetime.now(UTC)
    upgraded(folder / "test.db")
    Authority.create(folder / "pki", now).office(now)
    return folder


KEYS = {"seal_keys": SecretStr(f"k1:{new_key()}"), "fingerprint_key": SecretStr(new_key())}


@pytest.mark.parametrize(
    ("setting", "place", "told"),
    [
        ("trust_dir", "pki/trust", "YUYUE_TRUST_DIR"),
        ("customs_certificate", "pki/customs/customs.pem", "YUYUE_CUSTOMS_CERTIFICATE"),
    ],
)
def test_the_sandbox_s_certificates_are_for_the_sandbox(
    folder: Path, capsys: pytest.CaptureFixture[str], setting: str, place: str, told: str
) -> None:
    outside = Settings.model_validate(
        {"database_url": f"sqlite:///{folder}/test.db", setting: folder / place, **KEYS, "data_dir": folder}
    )
    with pytest.raises(typer.Exit):
        check_startup(outside)
    said = capsys.readouterr().err
    assert told in said
    assert "sandbox only" in said
    check_startup(outside.model_copy(update={"sandbox": True}))
