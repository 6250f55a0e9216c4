from pathlib import Path

import pytest
from pydantic import ValidationError

from runtime.sealing import new_key
from runtime.settings import Settings


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUYUE_SANDBOX", "1")
    monkeypatch.setenv("YUYUE_DATABASE_URL", "postgresql+psycopg://u:p@db/yuyue")
    settings = Settings()
    assert settings.sandbox
    assert settings.database_url == "postgresql+psycopg://u:p@db/yuyue"


def test_no_secret_shows_in_a_representation() -> None:
    key = new_key()
    settings = Settings.model_validate(
        {
            "seal_keys": f"k1:{key}",
            "fingerprint_key": key,
            "database_url": "postgresql+psycopg://u:quite-secret@db/yuyue",
        }
    )
    assert key not in repr(settings)
    assert "quite-secret" not in repr(settings)


def test_a_sandbox_policy_is_refused_outside_the_sandbox(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("[cutoff]\nenforce = false\n")
    assert not Settings(sandbox=True, policy_file=file).policy().cutoff.enforce
    with pytest.raises(ValidationError, match="sandbox only"):
        Settings(sandbox=False, policy_file=file)


def test_an_unknown_policy_key_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("[cutof]\nenforce = false\n")
    with pytest.raises(ValidationError, match="unknown key cutof"):
        Settings(sandbox=True, policy_file=file)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"customs_routes": "22=directory"}, "the channel directory needs YUYUE_CUSTOMS_DIRECTORY"),
        ({"customs_channel": "sftp"}, "the channel sftp needs YUYUE_CUSTOMS_SFTP"),
        ({"customs_routes": "22:directory"}, "YUYUE_CUSTOMS_ROUTES: “22:directory” is not written as PORT=CHANNEL"),
        ({"customs_sftp": "sftp://yuyue@office/boxes"}, "YUYUE_CUSTOMS_SFTP needs YUYUE_CUSTOMS_SFTP_KEY and"),
        ({"customs_sftp": "sftp://yuyue:secret@office/boxes"}, "customs_sftp"),
    ],
)
def test_a_channel_without_a_place_stops_the_start(given: dict[str, str], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault) as refused:
        Settings.model_validate(given)
    assert "secret@" not in str(refused.value)
