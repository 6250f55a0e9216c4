"""Errors as SQLite and the system really raise them, and what is said of each."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from runtime.diagnosis import Diagnosis, explained


def full(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA max_page_count = 2")
        database.execute("CREATE TABLE rows (text)")
        database.execute("INSERT INTO rows VALUES (zeroblob(100000))")


def read_only(file: Path) -> None:
    sqlite3.connect(file).close()
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        database.execute("CREATE TABLE rows (text)")


def locked(file: Path) -> None:
    with closing(sqlite3.connect(file)) as one, closing(sqlite3.connect(file, timeout=0)) as other:
        one.execute("BEGIN EXCLUSIVE")
        other.execute("CREATE TABLE rows (text)")


def damaged(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE rows (text)")
    with file.open("r+b") as raw:
        raw.seek(100)
        raw.write(b"\xff" * 100)
    with closing(sqlite3.connect(file)) as database:
        database.execute("SELECT * FROM rows")


def without_table(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute("SELECT * FROM rows")


def below_a_file(file: Path) -> None:
    file.touch()
    (file / "below").mkdir()


def disk_full(_: Path) -> None:
    with Path("/dev/full").open("wb", buffering=0) as disk:
        disk.write(b"x")


@pytest.mark.parametrize(
    ("happen", "cause", "remedy"),
    [
        (full, "disk that is full", "make room"),
        (read_only, "is read-only", "let this user write"),
        (locked, "is busy", "try again"),
        (damaged, "is damaged", "yuyue restore"),
        (without_table, "tables of this version", "yuyue db upgrade"),
        (below_a_file, "is no folder", "check the path"),
        (disk_full, "disk is full", "make room"),
    ],
)
def test_a_fault_of_the_disk_is_told_with_its_remedy(
    happen: Callable[[Path], None], cause: str, remedy: str, tmp_path: Path
) -> None:
    found = diagnosis(lambda: happen(tmp_path / "some.db"))
    assert found
    assert cause in found.english
    assert remedy in found.english
    assert ("db upgrade" in found.english) == (happen is without_table)
    assert "\n" not in found.chinese + found.english


def test_a_fault_of_our_own_keeps_its_traceback() -> None:
    assert diagnosis(lambda: dict[str, str]()["none"]) is None
    assert diagnosis(lambda: int("many")) is None


def diagnosis(happen: Callable[[], object]) -> Diagnosis | None:
    try:
        happen()
    except Exception as error:  # noqa: BLE001 any error is the subject
        return explained(error)
    raise AssertionError("nothing happened")
