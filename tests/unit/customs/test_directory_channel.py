"""``DirectoryChannel``: a message is one file however often it is sent, and is delivered once it is in SentBox."""

import errno
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from customs.channels import DeliveryRefused, Unavailable
from customs.channels.directory import notes
from customs.channels.directory.channel import DirectoryChannel
from customs.channels.directory.local import LocalStorage
from customs.channels.directory.storage import Box
from customs.channels.directory.zips import unpack
from tests.unit.customs.boxes import boxes, names
from tests.unit.customs.samples import sample

MESSAGE_ID = "0d5c4a0e-0000-4000-8000-000000000001"
XML = sample("appointment_apply")
FILE = f"{MESSAGE_ID}.zip"


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return boxes(tmp_path / "boxes")


@pytest.fixture
def channel(storage: LocalStorage) -> DirectoryChannel:
    """A channel that waits for nobody."""
    return DirectoryChannel(storage, taken_seconds=0, look_up_seconds=0)


def reason(attempt: Callable[[], object]) -> str:
    """Kind and text of the error with which the attempt fails."""
    with pytest.raises((DeliveryRefused, Unavailable)) as failed:
        attempt()
    return f"{type(failed.value).__name__}: {failed.value}"


def test_a_message_waits_in_outbox_as_one_file_however_often_it_is_sent(
    storage: LocalStorage, channel: DirectoryChannel
) -> None:
    for _ in range(2):
        assert reason(lambda: channel.send(MESSAGE_ID, XML)) == "Unavailable: not fetched from OutBox"
    assert names(storage, Box.OUT) == [FILE]
    assert unpack(MESSAGE_ID, storage.read(Box.OUT, FILE, 10**6) or b"") == XML


def test_a_message_in_sentbox_is_delivered_and_not_written_again(
    storage: LocalStorage, channel: DirectoryChannel
) -> None:
    reason(lambda: channel.send(MESSAGE_ID, XML))
    storage.move(Box.OUT, FILE, Box.SENT, FILE)
    channel.send(MESSAGE_ID, XML)
    assert names(storage, Box.OUT) == []


def test_a_refusal_says_why_and_a_further_send_is_a_further_try(
    storage: LocalStorage, channel: DirectoryChannel
) -> None:
    reason(lambda: channel.send(MESSAGE_ID, XML))
    storage.write(Box.FAILED, f"{MESSAGE_ID}.reply.xml", notes.note("SCHEMA", MESSAGE_ID))
    storage.move(Box.OUT, FILE, Box.FAILED, FILE)
    assert reason(lambda: channel.send(MESSAGE_ID, XML)) == "DeliveryRefused: nack SCHEMA"
    assert reason(lambda: channel.send(MESSAGE_ID, XML)) == "Unavailable: not fetched from OutBox"
    assert names(storage, Box.OUT) == [FILE]
    assert f"{MESSAGE_ID}.refused.zip" in names(storage, Box.FAILED)


def test_a_file_in_failbox_without_a_reply_is_refused(storage: LocalStorage, channel: DirectoryChannel) -> None:
    storage.write(Box.FAILED, FILE, b"")
    assert reason(lambda: channel.send(MESSAGE_ID, XML)) == "DeliveryRefused: FailBox without a reply"


def test_a_message_that_breaks_the_schema_is_not_written(storage: LocalStorage, channel: DirectoryChannel) -> None:
    bad = XML.replace(b"13800138000", b"007")
    assert reason(lambda: channel.send(MESSAGE_ID, bad)).startswith("DeliveryRefused: schema")
    assert names(storage, Box.OUT) == []


def test_a_message_not_fetched_yet_can_be_taken_back(storage: LocalStorage, channel: DirectoryChannel) -> None:
    assert not channel.withdraw(MESSAGE_ID)
    reason(lambda: channel.send(MESSAGE_ID, XML))
    assert not channel.withdraw(MESSAGE_ID)
    assert names(storage, Box.OUT) == []
    storage.write(Box.SENT, FILE, b"")
    assert channel.withdraw(MESSAGE_ID)


def test_an_id_that_is_a_path_never_becomes_one(channel: DirectoryChannel) -> None:
    with pytest.raises(ValueError, match="UUID"):
        channel.send("../../x", XML)


def test_a_look_up_without_an_answer_leaves_nothing_behind(storage: LocalStorage, channel: DirectoryChannel) -> None:
    assert reason(lambda: channel.look_up(["223320261000000001"])) == "Unavailable: no answer in InBox"
    assert [names(storage, box) for box in Box] == [[], [], [], []]


def test_boxes_that_are_not_there_are_not_made(tmp_path: Path) -> None:
    channel = DirectoryChannel(LocalStorage(tmp_path / "unmounted"), taken_seconds=0)
    assert reason(lambda: channel.send(MESSAGE_ID, XML)) == "Unavailable: box ENOENT"
    assert reason(lambda: channel.withdraw(MESSAGE_ID)) == "Unavailable: box ENOENT"
    assert not (tmp_path / "unmounted").exists()


def test_a_full_disk_leaves_nothing_half_written_and_passes(
    storage: LocalStorage, channel: DirectoryChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up between the bytes and their sync, which is where file systems that allocate late report it."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        assert reason(lambda: channel.send(MESSAGE_ID, XML)) == "Unavailable: box ENOSPC"
        assert names(storage, Box.OUT) == []
    assert reason(lambda: channel.send(MESSAGE_ID, XML)) == "Unavailable: not fetched from OutBox"


def test_a_writer_that_is_killed_leaves_nothing_that_anybody_takes(storage: LocalStorage) -> None:
    storage.write(Box.OUT, f".{FILE}.{uuid4().hex[:8]}.tmp", b"PK")
    assert [file.is_unfinished for file in storage.files(Box.OUT)] == [True]
