"""`yuyue keys`: a new key seals, an old one opens, and one that is needed stays."""

import json
import sqlite3
import stat
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from cli.up.environment import Environment
from cli.up.ports import PortNumbers
from cli.up.preparation import prepare_database
from cli.up.secrets import Secrets
from db.engine import connect
from runtime.layout import Layout
from runtime.objects import Objects
from runtime.sealing import Sealer
from runtime.settings import Settings
from runtime.startup_checks import startup_sealer
from tests.copies import Copy


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, upgraded: Copy) -> Layout:
    """A data directory that was up once."""
    layout = Layout(tmp_path / "data")
    layout.prepare()
    layout.policy.write_text("")
    layout.ports.write_text(json.dumps(PortNumbers.at(9000)._asdict()))
    for name, value in Environment(layout, PortNumbers.at(9000), Secrets.of(layout)).settings().items():
        monkeypatch.setenv(name, value)
    prepare_database(upgraded(layout.database), {})
    started(layout)
    return layout


def started(layout: Layout) -> Sealer:
    """The settings of a process that starts now, from the files."""
    environment = Environment(layout, PortNumbers.at(9000), Secrets.of(layout)).settings()
    told = Settings.model_validate({name.removeprefix("YUYUE_").lower(): value for name, value in environment.items()})
    engine = connect(told.database_url)
    try:
        return startup_sealer(told, engine)
    finally:
        engine.dispose()


def keys(layout: Layout, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["keys", *arguments, "--data-dir", str(layout.root)])


def test_a_rotated_key_seals_and_the_old_one_opens(layout: Layout) -> None:
    token = started(layout).seal("王小明", context="n/contact_name")
    assert keys(layout, "rotate").exit_code == 0
    sealer = started(layout)
    assert sealer.key_ids == ["k2", "k1"]
    assert sealer.open(token, context="n/contact_name") == "王小明"
    assert sealer.seal("x", context="n/reason").startswith("sealed:v1:k2:")
    assert stat.S_IMODE(layout.secrets.stat().st_mode) == 0o600
    assert keys(layout, "list").stdout.count("k") > 2


def test_keys_rotate_to_sm4_and_go_on_with_it(layout: Layout) -> None:
    token = started(layout).seal("王小明", context="n/contact_name")
    assert keys(layout, "rotate", "--algorithm", "sm4-gcm").exit_code == 0
    assert keys(layout, "rotate").exit_code == 0
    sealer = started(layout)
    assert [sealer.algorithm_of(kid) for kid in sealer.key_ids] == ["sm4-gcm", "sm4-gcm", "aes-256-gcm"]
    assert sealer.open(token, context="n/contact_name") == "王小明"
    assert sealer.open(sealer.seal("x", context="n/reason"), context="n/reason") == "x"
    assert keys(layout, "list").stdout.count("sm4-gcm") == 2
    assert "no algorithm" in keys(layout, "rotate", "--algorithm", "rot13").stderr


def test_a_key_that_files_need_is_not_retired_before_they_are_rewrapped(layout: Layout) -> None:
    name = sha256(b"content").hexdigest()
    Objects.in_folder(layout.root / "objects", started(layout)).put(name, b"content")
    keys(layout, "rotate")
    assert "1 files still need k1" in keys(layout, "retire", "k1").stderr
    said = keys(layout, "rewrap")
    assert (said.exit_code, "rewrapped 1" in said.stdout) == (0, True)
    assert keys(layout, "retire", "k1").exit_code == 0
    assert Objects.in_folder(layout.root / "objects", started(layout)).get(name) == b"content"


def test_a_file_that_lies_in_clear_is_encrypted(layout: Layout) -> None:
    name = sha256(b"content").hexdigest()
    clear = layout.root / "objects" / name[:2] / name
    clear.parent.mkdir(parents=True)
    clear.write_bytes(b"content")
    assert "encrypted 1" in keys(layout, "rewrap").stdout
    assert not clear.exists()
    objects = Objects.in_folder(layout.root / "objects", started(layout))
    assert objects.get(name) == b"content"
    (layout.root / "objects" / objects.path_of(name)).write_bytes(b"")
    assert "1 files are damaged" in keys(layout, "rewrap").stderr


def test_a_key_is_retired_only_when_nothing_needs_it(layout: Layout) -> None:
    token = started(layout).seal("王小明", context="n/contact_name")
    assert "rotate" in keys(layout, "retire", "k1").stderr
    keys(layout, "rotate")
    with closing(sqlite3.connect(layout.database)) as database, database:
        database.execute(
            "INSERT INTO receipts (raw, raw_digest, conflicting, times, received_at, outcome, receipt_id) "
            "VALUES (?, 'd', 0, 1, '2026-11-24 00:00:00', 'parked', NULL)",
            (token,),
        )
    refused = keys(layout, "retire", "k1")
    assert refused.exit_code == 1
    assert "receipts.raw: 1" in refused.stderr
    with closing(sqlite3.connect(layout.database)) as database, database:
        database.execute("DELETE FROM receipts")
    assert keys(layout, "retire", "k1").exit_code == 0
    assert started(layout).key_ids == ["k2"]
    assert "there is no key" in keys(layout, "retire", "k1").stderr


@pytest.mark.usefixtures("layout")
def test_keys_in_the_environment_are_not_ours_to_change() -> None:
    refused = CliRunner().invoke(app, ["keys", "rotate"])
    assert refused.exit_code == 1
    assert "YUYUE_SEAL_KEY_FILE" in refused.stderr


def test_keys_in_a_file_are_rotated_there(layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "seal.keys"
    file.write_text(Secrets.of(layout).seal_keys)
    monkeypatch.delenv("YUYUE_SEAL_KEYS")
    monkeypatch.setenv("YUYUE_SEAL_KEY_FILE", str(file))
    assert CliRunner().invoke(app, ["keys", "rotate"]).exit_code == 0
    assert Sealer.of(Settings()).key_ids == ["k2", "k1"]
