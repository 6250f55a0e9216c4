"""A copy is damaged when SQLite finds it so, and not because another SQLite computes an index otherwise."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from runtime.backup.snapshots import SnapshotDamaged, demand_sound

COMPUTED = "CREATE TABLE t (a REAL, b TEXT GENERATED ALWAYS AS (printf('%.3f', a)))"
STORED = "CREATE TABLE t (a TEXT, b TEXT)"


def database(path: Path, schema: str, changed: str) -> Path:
    """A file whose index on ``b`` was made under ``schema``, which then reads ``changed``."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(schema)
        connection.execute("CREATE INDEX by_b ON t (b)")
        connection.execute("INSERT INTO t (a) VALUES (5.0075)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = 't'", [changed])
        connection.commit()
    return path


def test_an_index_that_another_sqlite_has_computed_is_sound(tmp_path: Path) -> None:
    demand_sound(database(tmp_path / "temporal.db", COMPUTED, COMPUTED.replace("%.3f", "%.2f")))


def test_an_index_without_its_rows_is_damage(tmp_path: Path) -> None:
    path = database(tmp_path / "yuyue.db", STORED, "CREATE TABLE t (b TEXT, a TEXT)")
    with pytest.raises(SnapshotDamaged, match="missing from index"):
        demand_sound(path)


def test_of_our_own_database_computed_columns_are_checked_too(tmp_path: Path) -> None:
    path = database(tmp_path / "yuyue.db", COMPUTED, COMPUTED.replace("%.3f", "%.2f"))
    with pytest.raises(SnapshotDamaged, match="missing from index"):
        demand_sound(path)


def test_a_file_that_is_cut_off_is_damage(tmp_path: Path) -> None:
    path = database(tmp_path / "temporal.db", COMPUTED, COMPUTED)
    path.write_bytes(path.read_bytes()[:-4096])
    with pytest.raises(SnapshotDamaged):
        demand_sound(path)
