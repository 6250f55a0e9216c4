"""A backup as a job: where the settings say, whole or not at all, and a remedy where none can be made."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from cli.schema import upgrade
from runtime.backup.manifest import Manifest
from runtime.health.job_list import backup
from runtime.sealing import new_key
from runtime.settings import Settings

RUN = "6a3f6f0e-6a51-4f0c-9d52-3f6d1c1f6b2a"


class Silent:
    """Takes the progress of one run."""

    run_id = RUN

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Takes a report, and keeps none of it."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with both databases, and a file of the user's."""
    folder = tmp_path / "data"
    folder.mkdir()
    upgrade(f"sqlite:///{folder}/yuyue.db")
    with closing(sqlite3.connect(folder / "temporal.db")) as temporal:
        temporal.execute("PRAGMA journal_mode = WAL")
        temporal.execute("CREATE TABLE executions (id TEXT)")
    (folder / "policy.toml").write_text("")
    (folder / "secrets.json").write_text("{}")
    return folder


def settings(data: Path, database: str | None = None) -> Settings:
    return Settings(
        sandbox=True,
        data_dir=data,
        database_url=database or f"sqlite:///{data}/yuyue.db",
        backup_dir=data.parent / "backups",
        seal_keys=SecretStr(f"k1:{new_key()}"),
        fingerprint_key=SecretStr(new_key()),
    )


def test_what_a_lost_worker_left_is_replaced_by_a_whole_backup_without_the_keys(data: Path) -> None:
    half = data.parent / "backups" / RUN
    half.mkdir(parents=True)
    (half / "yuyue.db").write_text("half of it")
    result = backup(settings(data), Silent())
    assert (result.outcome, result.facts["folder"], result.facts["appointments"]) == ("done", str(half), 0)
    manifest = Manifest.read(half)
    manifest.demand_whole(half)
    assert {each.path for each in manifest.files} == {"yuyue.db", "temporal.db", "policy.toml"}
    assert result.facts["bytes"] == sum(path.stat().st_size for path in half.rglob("*") if path.is_file())


def test_where_the_database_is_another_one_nothing_is_copied_and_the_remedy_is_said(data: Path) -> None:
    result = backup(settings(data, f"sqlite:///{data.parent}/elsewhere.db"), Silent())
    assert (result.outcome, [each.code for each in result.findings]) == ("failed", ["backup.not_embedded"])
    assert "PostgreSQL" in result.findings[0].remedy_chinese
    assert not (data.parent / "backups").exists()
