"""What the doctor says of the boxes: which cannot be written, what waits, what was refused."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from customs.channels.directory.local import LocalStorage
from customs.channels.directory.storage import Box
from runtime.health import boxes as checks
from runtime.health.finding import Level
from runtime.settings import Settings
from tests.unit.customs.boxes import boxes


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return boxes(tmp_path / "boxes")


@pytest.fixture
def codes(storage: LocalStorage) -> Callable[[], list[tuple[Level, str]]]:
    settings = Settings(customs_directory=storage.root)
    return lambda: [(found.level, found.code) for found in checks.check(settings)]


def test_without_such_a_channel_nothing_is_said() -> None:
    assert list(checks.check(Settings())) == []


def test_boxes_that_work_are_well_and_left_empty(storage: LocalStorage, codes: Callable[[], object]) -> None:
    assert codes() == [(Level.OK, "ok")]
    assert [storage.files(box) for box in Box] == [[], [], [], []]


def test_the_box_that_cannot_be_written_is_named(storage: LocalStorage) -> None:
    (storage.root / Box.IN).rmdir()
    (found,) = checks.check(Settings(customs_directory=storage.root))
    assert (found.code, found.english) == ("boxes.unwritable", "InBox of directory cannot be written: box ENOENT")
    assert "InBox" in found.remedy


def test_a_message_that_nobody_fetches_and_a_refused_file_are_reported(
    storage: LocalStorage, codes: Callable[[], object]
) -> None:
    storage.write(Box.OUT, "a.zip", b"")
    assert codes() == [(Level.OK, "ok")]
    long_ago = time.time() - 2 * checks.WAITING_SECONDS
    os.utime(storage.root / Box.OUT / "a.zip", (long_ago, long_ago))
    storage.write(Box.FAILED, "b.reply.xml", b"")
    storage.write(Box.FAILED, "b.zip", b"")
    assert codes() == [(Level.OK, "ok"), (Level.WARNING, "boxes.waiting"), (Level.WARNING, "boxes.refused")]
