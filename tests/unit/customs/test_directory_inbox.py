"""InBox: what is stored leaves it, what fails a check goes to FailBox with a note, what is still written stays."""

import os
import time
from pathlib import Path

import pytest

from customs.channels import Unavailable
from customs.channels.directory.inbox import InBox, remove_old
from customs.channels.directory.local import LocalStorage
from customs.channels.directory.storage import Box
from customs.channels.directory.zips import pack
from customs.wire import technical_reply
from customs.wire.envelope import unwrap
from customs.xml import MAX_BYTES
from tests.unit.customs.boxes import boxes, names, zipped

STEM = "0d5c4a0e-0000-4000-8000-000000000002"
FILE = f"{STEM}.zip"
XML = b"<message/>"


class Kept(list[bytes]):
    """The messages that were stored; ``code`` is the answer to each."""

    code: str | None = None

    def __call__(self, raw: bytes) -> str | None:
        self.append(raw)
        return self.code


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return boxes(tmp_path)


def take(storage: LocalStorage, kept: Kept, *, rounds: int = 1, unchanged_seconds: float = 0) -> None:
    """Takes all files, so many times."""
    inbox = InBox(storage, unchanged_seconds)
    for _ in range(rounds):
        for file in inbox.waiting():
            inbox.take(file, kept)


def code(storage: LocalStorage, stem: str = STEM) -> str | None:
    """The code in the note of a file in FailBox."""
    note = storage.read(Box.FAILED, f"{stem}.reply.xml", MAX_BYTES)
    return technical_reply.read(unwrap(note or b"", technical_reply.TYPE).body).refused


def test_a_receipt_is_stored_and_then_gone(storage: LocalStorage) -> None:
    storage.write(Box.IN, FILE, pack(f"{STEM}.xml", XML))
    take(storage, kept := Kept())
    assert kept == [XML]
    assert [names(storage, box) for box in Box] == [[], [], [], []]


def test_receipts_are_taken_in_the_order_in_which_they_were_written(storage: LocalStorage) -> None:
    for number, name in enumerate(["c", "a", "b"]):
        storage.write(Box.IN, f"{name}.zip", pack(f"{name}.xml", name.encode()))
        os.utime(storage.root / Box.IN / f"{name}.zip", (number, number))
    take(storage, kept := Kept())
    assert kept == [b"c", b"a", b"b"]


def test_a_receipt_that_could_not_be_stored_stays_and_is_taken_later(storage: LocalStorage) -> None:
    storage.write(Box.IN, FILE, pack(f"{STEM}.xml", XML))

    def broken(_: bytes) -> str | None:
        raise Unavailable("the database is away")

    inbox = InBox(storage)
    with pytest.raises(Unavailable):
        inbox.take(inbox.waiting()[0], broken)
    take(storage, kept := Kept())
    assert kept == [XML]


def test_a_file_that_two_workers_take_is_stored_twice_and_disturbs_neither(storage: LocalStorage) -> None:
    storage.write(Box.IN, FILE, pack(f"{STEM}.xml", XML))
    inbox, kept = InBox(storage), Kept()
    (file,) = inbox.waiting()

    def meanwhile(raw: bytes) -> str | None:
        inbox.take(file, kept)
        return kept(raw)

    inbox.take(file, meanwhile)
    assert kept == [XML, XML]
    inbox.take(file, kept)
    assert kept == [XML, XML]
    assert [names(storage, box) for box in Box] == [[], [], [], []]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (zipped(("../evil.xml", XML)), "ZIP_CONTENT"),
        (zipped((f"{STEM}.xml", bytes(MAX_BYTES + 1))), "TOO_LARGE"),
        (bytes(64 * MAX_BYTES), "TOO_LARGE"),
        (zipped(), "ZIP_CONTENT"),
    ],
)
def test_what_fails_a_check_goes_to_failbox_with_a_note(storage: LocalStorage, raw: bytes, expected: str) -> None:
    storage.write(Box.IN, FILE, raw)
    take(storage, kept := Kept())
    assert kept == []
    assert names(storage, Box.IN) == []
    assert names(storage, Box.FAILED) == [f"{STEM}.reply.xml", FILE]
    assert code(storage) == expected


def test_a_message_that_cannot_be_used_is_stored_and_refused(storage: LocalStorage) -> None:
    storage.write(Box.IN, FILE, pack(f"{STEM}.xml", XML))
    kept = Kept()
    kept.code = "SCHEMA"
    take(storage, kept)
    assert kept == [XML]
    assert code(storage) == "SCHEMA"


def test_a_truncated_zip_is_given_time_and_then_refused(storage: LocalStorage) -> None:
    storage.write(Box.IN, FILE, pack(f"{STEM}.xml", XML)[:-1])
    take(storage, kept := Kept(), rounds=2, unchanged_seconds=60)
    assert names(storage, Box.IN) == [FILE]
    take(storage, kept)
    assert code(storage) == "ZIP_DAMAGED"


def test_a_file_still_being_written_is_taken_once_it_is_whole(storage: LocalStorage) -> None:
    whole, inbox, kept = pack(f"{STEM}.xml", XML), InBox(storage, 60), Kept()
    for upto in (10, 20, len(whole)):
        (storage.root / Box.IN / FILE).write_bytes(whole[:upto])
        inbox.take(inbox.waiting()[0], kept)
    assert kept == [XML]
    assert names(storage, Box.FAILED) == []


def test_a_file_without_its_final_name_is_left_alone(storage: LocalStorage) -> None:
    unfinished = [".a.zip.tmp", "a.zip.filepart", "a.zip.part", "a.zip.tmp"]
    for name in unfinished:
        storage.write(Box.IN, name, b"PK")
    take(storage, Kept())
    assert names(storage, Box.IN) == sorted(unfinished)


def test_what_is_no_zip_is_refused_and_followed_nowhere(storage: LocalStorage, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(pack("link.xml", XML))
    (storage.root / Box.IN / "link.zip").symlink_to(secret)
    (storage.root / Box.IN / "folder.zip").mkdir()
    os.mkfifo(storage.root / Box.IN / "pipe.zip")
    storage.write(Box.IN, "plain.xml", XML)
    take(storage, kept := Kept())
    assert kept == []
    assert names(storage, Box.IN) == []
    assert {code(storage, stem) for stem in ("link", "folder", "pipe", "plain")} == {"NOT_ZIP"}


def test_two_bad_files_of_one_name_are_both_there(storage: LocalStorage) -> None:
    for content in (b"PK1", b"PK22"):
        storage.write(Box.IN, FILE, content)
        take(storage, Kept())
    assert len([name for name in names(storage, Box.FAILED) if name.endswith(".zip")]) == 2


def test_a_name_too_long_for_a_note_is_shortened(storage: LocalStorage) -> None:
    storage.write(Box.IN, f"{'长' * 70}.zip", b"PK")
    take(storage, Kept())
    assert names(storage, Box.IN) == []
    assert [name.endswith(".reply.xml") for name in names(storage, Box.FAILED)] == [True, False]


def test_an_answer_is_left_to_its_asker(storage: LocalStorage) -> None:
    storage.write(Box.IN, f"{STEM}.reply.zip", pack(f"{STEM}.reply.xml", XML))
    take(storage, kept := Kept(), rounds=2)
    assert kept == []
    assert names(storage, Box.IN) == [f"{STEM}.reply.zip"]


def test_old_files_are_removed_and_waiting_ones_are_not(storage: LocalStorage) -> None:
    for box in Box:
        storage.write(box, FILE, b"")
    assert remove_old(storage, time.time() - 60) == 0
    assert remove_old(storage, time.time() + 60) == 2
    assert [names(storage, box) for box in Box] == [[FILE], [], [FILE], []]
