"""The sandbox's own root is trusted in the sandbox, and nowhere else."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.pki.authority import Authority
from runtime.card_trust import trusted
from runtime.settings import Settings
from signing.anchors import TrustError


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Authority.create(tmp_path_factory.mktemp("pki") / "pki", datetime.now(UTC)).trust


def test_the_sandbox_s_root_is_refused_outside_the_sandbox(trust: Path) -> None:
    with pytest.raises(TrustError, match="sandbox only"):
        trusted(Settings(trust_dir=trust))
    assert trusted(Settings(trust_dir=trust, sandbox=True))


@pytest.mark.parametrize("kind", ["p256", "sm2"])
def test_one_such_root_among_others_is_enough(trust: Path, tmp_path: Path, kind: str) -> None:
    for name in ("roots", "issuers", "crls"):
        (tmp_path / name).mkdir()
    root = trust / "roots" / f"{kind}.pem"
    (tmp_path / "roots" / root.name).write_bytes(root.read_bytes())
    with pytest.raises(TrustError, match="sandbox only"):
        trusted(Settings(trust_dir=tmp_path))


def test_without_a_folder_nobody_is_trusted() -> None:
    assert trusted(Settings()) is None
