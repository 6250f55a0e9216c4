"""The channels by files against the simulated office: a killed side loses and doubles nothing."""

import os
import signal
import threading
from collections.abc import Iterator

import httpx
import pytest

from customs.channels import Channel, ChannelName, DeliveryRefused, Unavailable
from customs.channels.directory.channel import DirectoryChannel
from customs.channels.directory.inbox import InBox
from customs.channels.directory.local import LocalStorage
from customs.channels.directory.sftp import SftpServer, SftpStorage
from customs.channels.directory.storage import Box, Storage
from customs.channels.http import HttpChannel
from customs.channels.routed import RoutedChannel
from customs.channels.routes import Routes
from customs.inbound import parse_receipt
from domain.declarations import DeclarationRecord, NotFound
from tests.integration.simulator.process import HELD, NUMBERS, PRE_ENTRY_NO, OfficeProcess, eventually, message
from tests.sshd import sshd
from tests.unit.customs.boxes import names, zipped
from tests.unit.customs.samples import sample

PORT = "2233"
MANY = int(os.environ.get("MESSAGES", "50"))


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> LocalStorage:
    """The boxes as the office sees them."""
    return LocalStorage(tmp_path_factory.mktemp("boxes"))


@pytest.fixture(scope="module")
def shared_office(disk: LocalStorage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeProcess]:
    file = tmp_path_factory.mktemp("office") / "office.sqlite3"
    office = OfficeProcess("http://127.0.0.1:9", file, "--boxes", str(disk.root))
    yield office
    office.close()


@pytest.fixture(scope="module", params=[ChannelName.DIRECTORY, ChannelName.SFTP])
def storage(
    request: pytest.FixtureRequest, disk: LocalStorage, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Storage]:
    """The boxes as we see them."""
    if request.param is ChannelName.DIRECTORY:
        yield disk
        return
    with sshd(tmp_path_factory.mktemp("sshd")) as server:
        remote = SftpStorage(SftpServer.of(server.url(disk.root), server.key, server.known_hosts))
        yield remote
        remote.close()


@pytest.fixture
def office(shared_office: OfficeProcess, disk: LocalStorage) -> OfficeProcess:
    """Freshly reset, with empty boxes."""
    shared_office.control("reset")
    shared_office.scenario("manual")
    for box in Box:
        for file in disk.files(box):
            disk.remove(box, file.name)
    return shared_office


@pytest.fixture
def channel(storage: Storage) -> DirectoryChannel:
    return DirectoryChannel(storage, taken_seconds=30, look_up_seconds=30)


def take_all(storage: Storage, kept: list[bytes]) -> None:
    """Takes what is in InBox."""
    inbox = InBox(storage)
    for file in inbox.waiting():
        inbox.take(file, kept.append)


@pytest.mark.parametrize(
    "name", ["appointment_apply", "appointment_cancel", "appointment_feedback", "appointment_explanation"]
)
def test_a_message_is_taken_once_however_often_it_is_sent(
    channel: DirectoryChannel, office: OfficeProcess, disk: LocalStorage, name: str
) -> None:
    message_id, xml = message(name)
    channel.send(message_id, xml)
    channel.send(message_id, xml)
    assert [(row["message_id"], row["times"]) for row in office.received()] == [(message_id, 1)]
    assert names(disk, Box.SENT) == [f"{message_id}.zip"]


@pytest.mark.parametrize(
    ("name", "reason"), [("receipt", "nack WRONG_TYPE"), ("appointment_apply", "nack KEY_MISMATCH")]
)
def test_what_the_office_will_never_take_is_refused(
    channel: DirectoryChannel, office: OfficeProcess, disk: LocalStorage, name: str, reason: str
) -> None:
    message_id = "0d5c4a0e-0000-4000-8000-000000000002"
    with pytest.raises(DeliveryRefused) as refused:
        channel.send(message_id, sample(name))
    assert refused.value.reason == reason
    assert office.received() == []
    assert names(disk, Box.FAILED) == [f"{message_id}.refused.zip", f"{message_id}.reply.xml"]


def test_during_an_outage_messages_wait_in_outbox(storage: Storage, office: OfficeProcess, disk: LocalStorage) -> None:
    office.scenario("outage")
    impatient = DirectoryChannel(storage, taken_seconds=0.2)
    message_id, xml = message("appointment_apply")
    with pytest.raises(Unavailable, match="not fetched from OutBox"):
        impatient.send(message_id, xml)
    assert names(disk, Box.OUT) == [f"{message_id}.zip"]
    office.scenario("manual")
    eventually(office.received)
    eventually(lambda: names(disk, Box.SENT))
    impatient.send(message_id, xml)


def test_a_look_up_is_answered_by_a_file_and_leaves_none(
    channel: DirectoryChannel, office: OfficeProcess, disk: LocalStorage
) -> None:
    office.control("declarations", [HELD])
    found = channel.look_up(NUMBERS[:2])
    assert isinstance(found[NUMBERS[0]], DeclarationRecord)
    assert found[NUMBERS[1]] == NotFound()
    eventually(lambda: not any(disk.files(box) for box in Box))


def test_receipts_come_in_order_and_leave_inbox_once_they_are_stored(
    channel: DirectoryChannel, storage: Storage, office: OfficeProcess
) -> None:
    office.scenario("duplicate")
    channel.send(*message("appointment_apply"))
    kept: list[bytes] = []

    def all_taken() -> bool:
        take_all(storage, kept)
        return [row["state"] for row in office.receipts()] == ["taken", "taken"]

    eventually(all_taken)
    results = [parse_receipt(raw).result for raw in kept]
    assert list(dict.fromkeys(results)) == ["ACCEPTED", "APPROVED"]
    assert len(kept) == 4


def test_a_refused_receipt_is_refused_for_the_office_too(
    storage: Storage, office: OfficeProcess, channel: DirectoryChannel, disk: LocalStorage
) -> None:
    channel.send(*message("appointment_apply"))
    office.decide("ACCEPTED")
    inbox = InBox(storage)
    for file in eventually(inbox.waiting):
        inbox.take(file, lambda _: "SCHEMA")
    eventually(lambda: office.receipts()[0]["state"] == "refused")
    assert len(names(disk, Box.FAILED)) == 2


@pytest.mark.parametrize("other", [ChannelName.HTTP, ChannelName.DIRECTORY])
def test_a_message_that_waits_when_its_port_gets_another_channel_is_taken_once(
    storage: Storage, office: OfficeProcess, other: ChannelName
) -> None:
    """The office does not fetch while the message waits, and finds nothing in OutBox when it does again."""
    with httpx.Client(trust_env=False) as client:
        files = DirectoryChannel(storage, taken_seconds=0)
        channels: dict[ChannelName, Channel] = {
            ChannelName.HTTP: HttpChannel(office.url, client),
            ChannelName.DIRECTORY: files,
        }
        before, after = (other, ChannelName.DIRECTORY) if other is ChannelName.HTTP else (other, ChannelName.HTTP)
        office.scenario("outage")
        message_id, xml = message("appointment_apply")
        for name in (before, after, before):
            with pytest.raises(Unavailable):
                RoutedChannel(Routes(name), channels).send(message_id, xml, port=PORT)
        office.scenario("manual")
        routed = RoutedChannel(Routes.of(before, f"{PORT[:2]}={after}"), channels)
        eventually(lambda: sent(routed, message_id, xml))
        assert [(row["message_id"], row["times"]) for row in office.received()] == [(message_id, 1)]


def sent(channel: RoutedChannel, message_id: str, xml: bytes) -> bool:
    """True once customs has it."""
    try:
        channel.send(message_id, xml, port=PORT)
    except Unavailable:
        return False
    return True


def test_both_sides_are_killed_again_and_again_and_nothing_is_lost_or_doubled(
    storage: Storage, office: OfficeProcess, disk: LocalStorage
) -> None:
    """Many messages at once; the office is killed five times, and our side forgets all it knew after every try."""
    office.scenario("return")
    messages = [message("appointment_apply", f"{int(PRE_ENTRY_NO) + number}") for number in range(MANY)]
    stop = threading.Event()
    killer = threading.Thread(target=kill_repeatedly, args=(office, stop))
    killer.start()
    waiting, kept = list(messages), list[bytes]()
    while waiting:
        fresh = DirectoryChannel(storage, taken_seconds=0)
        waiting = [each for each in waiting if not sent(RoutedChannel(HERE, {HERE.usual: fresh}), *each)]
        take_all(storage, kept)
    stop.set()
    killer.join()

    def all_answered() -> bool:
        take_all(storage, kept)
        return all(row["state"] == "taken" for row in office.receipts())

    eventually(all_answered)
    listed = office.received()
    assert sorted(row["message_id"] for row in listed) == sorted(message_id for message_id, _ in messages)
    assert {row["differing"] for row in listed} == {0}
    assert len({parse_receipt(raw).receipt_id for raw in kept}) == len(office.receipts()) == len(messages)
    assert (names(disk, Box.OUT), names(disk, Box.IN), names(disk, Box.FAILED)) == ([], [], [])


HERE = Routes(ChannelName.DIRECTORY)


def kill_repeatedly(office: OfficeProcess, stop: threading.Event) -> None:
    """Kills the office and starts it again, five times at most."""
    for _ in range(5):
        if stop.wait(0.1):
            return
        office.stop(signal.SIGKILL)
        office.start()


def test_a_thousand_files_at_once_are_all_taken_once(disk: LocalStorage, office: OfficeProcess) -> None:
    """Two workers take them; each is there under two names, as an office that was restarted may leave them."""
    del office
    for number in range(500):
        for name in (f"{number}", f"{number}-again"):
            (disk.root / Box.IN / f"{name}.zip").write_bytes(zipped((f"{name}.xml", b"<receipt>%d</receipt>" % number)))
    kept: list[bytes] = []
    workers = [threading.Thread(target=take_all, args=(disk, kept)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(set(kept)) == 500
    assert (names(disk, Box.IN), names(disk, Box.FAILED)) == ([], [])
