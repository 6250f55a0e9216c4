"""Which channel a port uses: by its own digits, by those of its district, or the usual one."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from customs.channels import CannotResend, Channel, ChannelName, Resent, Unavailable
from customs.channels.routed import RoutedChannel
from customs.channels.routes import Routes
from domain.declarations import DeclarationRecord, NotFound

ROUTES = Routes.of(ChannelName.HTTP, "2233=sftp, 22=directory")


@pytest.mark.parametrize(
    ("port", "expected"),
    [("2233", "sftp"), ("2248", "directory"), ("5301", "http"), ("", "http"), (None, "http")],
)
def test_a_port_counts_before_its_district_and_both_before_the_usual(port: str | None, expected: str) -> None:
    assert ROUTES.channel(port) == expected


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("223=sftp", "“223=sftp” is not written as PORT=CHANNEL"),
        ("2233", "“2233” is not written as PORT=CHANNEL"),
        ("22=ftp", "“ftp” is no channel; there are http, directory, sftp"),
        ("22=http,22=sftp", "22 has two channels"),
    ],
)
def test_a_route_that_cannot_be_read_is_named(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Routes.of(ChannelName.HTTP, text)


class Office(Channel):
    """An office behind one channel: what waits on its way, what it took, what it was asked."""

    def __init__(self) -> None:
        self.waiting: list[str] = []
        self.taken: list[str] = []
        self.asked: list[str] = []
        self.away = False
        self.cannot_resend = False

    def send(self, message_id: str, xml: bytes) -> None:
        self.taken.append(message_id + xml.decode())

    def withdraw(self, message_id: str) -> bool:
        if self.away:
            raise Unavailable("away")
        if message_id in self.waiting:
            self.waiting.remove(message_id)
        return message_id in self.taken

    def look_up(self, numbers: Sequence[str]) -> dict[str, DeclarationRecord | NotFound]:
        self.asked += numbers
        return dict.fromkeys(numbers, NotFound())

    def resend(self, since: datetime) -> list[Resent]:
        if self.cannot_resend:
            raise CannotResend("files")
        return [Resent(since.isoformat(), "")]


@pytest.fixture
def offices() -> dict[ChannelName, Office]:
    return {name: Office() for name in ChannelName}


def test_a_message_takes_the_channel_of_its_port(offices: dict[ChannelName, Office]) -> None:
    RoutedChannel(ROUTES, offices).send("a", b"", port="2233")
    assert {name: office.taken for name, office in offices.items()} == {"http": [], "directory": [], "sftp": ["a"]}


def test_a_message_that_waits_in_another_channel_is_taken_back_and_sent(offices: dict[ChannelName, Office]) -> None:
    offices[ChannelName.DIRECTORY].waiting.append("a")
    RoutedChannel(ROUTES, offices).send("a", b"", port="2233")
    assert offices[ChannelName.DIRECTORY].waiting == []
    assert offices[ChannelName.SFTP].taken == ["a"]


def test_a_message_that_left_by_another_channel_is_not_sent_again(offices: dict[ChannelName, Office]) -> None:
    offices[ChannelName.DIRECTORY].taken.append("a")
    RoutedChannel(ROUTES, offices).send("a", b"", port="2233")
    assert offices[ChannelName.SFTP].taken == []


def test_a_channel_out_of_reach_holds_up_no_other(offices: dict[ChannelName, Office]) -> None:
    offices[ChannelName.DIRECTORY].away = True
    RoutedChannel(ROUTES, offices).send("a", b"", port="2233")
    assert offices[ChannelName.SFTP].taken == ["a"]


def test_a_declaration_is_looked_up_by_the_channel_of_its_port(offices: dict[ChannelName, Office]) -> None:
    numbers = ["223320261000000001", "224820261000000001", "530120261000000001", "223320261000000002"]
    assert set(RoutedChannel(ROUTES, offices).look_up(numbers)) == set(numbers)
    assert offices[ChannelName.SFTP].asked == [numbers[0], numbers[3]]
    assert offices[ChannelName.DIRECTORY].asked == [numbers[1]]
    assert offices[ChannelName.HTTP].asked == [numbers[2]]


def test_receipts_are_asked_for_by_every_used_channel_that_can(offices: dict[ChannelName, Office]) -> None:
    since = datetime.now(UTC)
    offices[ChannelName.DIRECTORY].cannot_resend = True
    routes = Routes.of(ChannelName.HTTP, "22=directory")
    channel = RoutedChannel(routes, offices)
    assert channel.resend(since) == [Resent(since.isoformat(), "")]
    assert channel.cannot_resend() == [ChannelName.DIRECTORY]
    with pytest.raises(CannotResend):
        RoutedChannel(Routes(ChannelName.DIRECTORY), offices).resend(since)
