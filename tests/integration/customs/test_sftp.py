"""``SftpStorage`` against a real OpenSSH server: what a disk does, and a connection that is lost in the middle."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from customs.channels import Unavailable
from customs.channels.directory.channel import DirectoryChannel
from customs.channels.directory.inbox import InBox
from customs.channels.directory.local import LocalStorage
from customs.channels.directory.sftp import SftpServer, SftpStorage
from customs.channels.directory.storage import Box
from customs.channels.directory.zips import pack
from runtime.customs_channel import storages
from runtime.health import boxes as checks
from runtime.settings import Settings
from tests.integration.simulator.process import message
from tests.sshd import Sshd, sshd
from tests.unit.customs.boxes import boxes, names


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def disk(tmp_path: Path) -> LocalStorage:
    """The boxes as the office sees them."""
    return boxes(tmp_path / "boxes")


@pytest.fixture
def address(server: Sshd, disk: LocalStorage) -> SftpServer:
    return SftpServer.of(server.url(disk.root), server.key, server.known_hosts)


@pytest.fixture
def storage(address: SftpServer) -> Iterator[SftpStorage]:
    storage = SftpStorage(address)
    yield storage
    storage.close()


def test_files_are_what_the_office_sees(storage: SftpStorage, disk: LocalStorage) -> None:
    storage.write(Box.OUT, "a.zip", b"12345")
    assert storage.read(Box.OUT, "a.zip", 4) == b"1234"
    assert [(file.name, file.size, file.is_file) for file in storage.files(Box.OUT)] == [("a.zip", 5, True)]
    assert storage.files(Box.OUT)[0].modified == int(disk.files(Box.OUT)[0].modified)
    assert storage.move(Box.OUT, "a.zip", Box.SENT, "b.zip")
    assert (names(disk, Box.OUT), names(disk, Box.SENT)) == ([], ["b.zip"])
    assert storage.remove(Box.SENT, "b.zip")


def test_a_file_that_is_gone_is_no_error(storage: SftpStorage) -> None:
    assert storage.read(Box.IN, "a.zip", 4) is None
    assert not storage.exists(Box.IN, "a.zip")
    assert not storage.move(Box.IN, "a.zip", Box.FAILED, "a.zip")
    assert not storage.remove(Box.IN, "a.zip")


def test_a_file_is_written_over_an_older_one(storage: SftpStorage, disk: LocalStorage) -> None:
    for content in (b"1", b"2"):
        storage.write(Box.OUT, "a.zip", content)
    assert disk.read(Box.OUT, "a.zip", 9) == b"2"
    assert names(disk, Box.OUT) == ["a.zip"]


def test_a_link_is_no_file(storage: SftpStorage, disk: LocalStorage, tmp_path: Path) -> None:
    (disk.root / Box.IN / "a.zip").symlink_to(tmp_path)
    assert [file.is_file for file in storage.files(Box.IN)] == [False]


def test_a_message_and_a_receipt_travel(storage: SftpStorage, disk: LocalStorage) -> None:
    channel = DirectoryChannel(storage, taken_seconds=0)
    message_id, xml = message("appointment_apply")
    with pytest.raises(Unavailable, match="not fetched"):
        channel.send(message_id, xml)
    disk.move(Box.OUT, f"{message_id}.zip", Box.SENT, f"{message_id}.zip")
    channel.send(message_id, xml)
    disk.write(Box.IN, "r.zip", pack("r.xml", b"<receipt/>"))
    disk.write(Box.IN, "s.zip", b"PK")
    inbox, kept = InBox(storage, unchanged_seconds=0), list[bytes]()
    for file in inbox.waiting():
        inbox.take(file, kept.append)
    assert kept == [b"<receipt/>"]
    assert names(disk, Box.IN) == []
    assert names(disk, Box.FAILED) == ["s.reply.xml", "s.zip"]


def test_many_threads_share_one_connection(storage: SftpStorage, disk: LocalStorage) -> None:
    threads = [threading.Thread(target=storage.write, args=(Box.OUT, f"{n}.zip", b"x" * n)) for n in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(file.size for file in disk.files(Box.OUT)) == list(range(60))


def test_a_connection_lost_in_the_middle_of_transfers_leaves_whole_files_only(
    storage: SftpStorage, disk: LocalStorage, server: Sshd
) -> None:
    content = bytes(range(256)) * 4096
    storage.write(Box.OUT, "first.zip", content)
    written = {"first.zip"}

    def write_all() -> None:
        for number in range(200):
            try:
                storage.write(Box.OUT, f"{number}.zip", content)
                written.add(f"{number}.zip")
            except Unavailable:
                failed.set()
                return

    failed = threading.Event()
    writing = threading.Thread(target=write_all)
    writing.start()
    while not failed.wait(0.05):
        server.cut()
    writing.join()
    whole = [name for name in names(disk, Box.OUT) if name.endswith(".zip")]
    assert written <= set(whole)
    assert all(disk.read(Box.OUT, name, len(content) + 1) == content for name in whole)
    storage.write(Box.OUT, "again.zip", b"1")
    assert "again.zip" in names(disk, Box.OUT)


def test_a_server_that_comes_back_is_used_again(storage: SftpStorage, server: Sshd) -> None:
    storage.write(Box.OUT, "a.zip", b"1")
    server.stop()
    with pytest.raises(Unavailable):
        storage.write(Box.OUT, "b.zip", b"1")
    server.start()
    assert storage.exists(Box.OUT, "a.zip")


@pytest.fixture
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("stranger")) as running:
        yield running


def test_another_host_key_is_not_trusted_and_no_other_key_is_tried(address: SftpServer, stranger: Sshd) -> None:
    known = stranger.known_hosts.read_text().replace(f":{stranger.port} ", f":{address.port} ")
    (stranger.folder / "wrong").write_text(known)
    for wrong, reason in (
        (replace(address, known_hosts=stranger.folder / "wrong"), "sftp HostKeyNotVerifiable"),
        (replace(address, known_hosts=stranger.folder / "missing"), "sftp FileNotFoundError"),
        (replace(address, key=stranger.key), "sftp PermissionDenied"),
        (replace(address, port=1), "sftp ConnectionRefusedError"),
    ):
        storage = SftpStorage(wrong)
        with pytest.raises(Unavailable) as failed:
            storage.files(Box.OUT)
        assert failed.value.reason == reason
        storage.close()


def test_the_doctor_names_the_server_or_the_box(
    server: Sshd, disk: LocalStorage, request: pytest.FixtureRequest
) -> None:
    settings = Settings(
        customs_sftp=server.url(disk.root), customs_sftp_key=server.key, customs_sftp_known_hosts=server.known_hosts
    )
    (storage,) = storages(settings).values()
    assert isinstance(storage, SftpStorage)
    request.addfinalizer(storage.close)
    assert [found.code for found in checks.check(settings)] == ["ok"]
    (disk.root / Box.FAILED).rmdir()
    (found,) = checks.check(settings)
    assert (found.code, found.english) == ("boxes.unwritable", "FailBox of sftp cannot be written: sftp SFTPNoSuchFile")
    server.stop()
    (found,) = checks.check(settings)
    assert found.code == "sftp.unreachable"
    server.start()
