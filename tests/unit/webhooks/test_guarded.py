"""No address leads into the inside network, however it is written."""

import asyncio

import httpcore
import pytest

from tests.unit.webhooks.receiver import receiving
from webhooks.guarded import AllowedHosts, Forbidden, GuardedBackend, is_public
from webhooks.sender import WebhookSender, new_secret

INSIDE = [
    *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
    *("224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_inside_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "114.114.114.114", "2400:3200::1"])
def test_an_outside_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://erp.example.com/events", None),
        ("https://erp.example.com:8443/events?a=b", None),
        ("http://erp.example.com/events", "scheme"),
        ("ftp://erp.example.com/events", "scheme"),
        ("https://erp.example.com:22/", "port"),
        ("https://127.0.0.1/", "inside"),
        ("https://[::1]/", "inside"),
        ("https://user:word@erp.example.com/", "malformed"),
        ("https://erp.example.com/#part", "malformed"),
        ("https:///events", "malformed"),
        ("https://erp.example.com:99999/", "malformed"),
        ("https://erp.example.com/a b", "malformed"),
        ("https://erp.例子.com/", "malformed"),
        (f"https://erp.example.com/{'a' * 500}", "malformed"),
        ("events", "malformed"),
        ("http://10.1.2.3:8080/events", None),
        ("ftp://10.1.2.3:8080/events", "scheme"),
        ("http://10.1.2.3:8081/events", "scheme"),
    ],
)
def test_an_address_is_judged_when_it_is_given(url: str, fault: str | None) -> None:
    assert AllowedHosts(["10.1.2.3:8080", ""]).url_fault(url) == fault


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "2130706433"])
async def test_a_name_that_leads_inside_is_not_called_and_an_allowed_one_is(host: str) -> None:
    """A real server listens there, so that only the guard can keep the call away."""
    async with receiving() as receiver:
        url = f"http://{host}:{receiver.port}/"
        for allowed, fault in ((), "inside"), ((f"{host}:{receiver.port}",), None):
            assert receiver.received == []
            sender = WebhookSender(AllowedHosts(allowed))
            assert (await sender.send(url, [new_secret()], {"id": "evt_1"})).fault == fault
            await sender.close()
        assert len(receiver.taken) == 1


async def test_one_inside_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolved(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolved)
    with pytest.raises(Forbidden):
        await GuardedBackend(AllowedHosts()).connect_tcp("both.example.com", 443)


async def test_sockets_of_this_machine_are_not_called() -> None:
    with pytest.raises(Forbidden):
        await GuardedBackend(AllowedHosts()).connect_unix_socket("/run/docker.sock")
    assert issubclass(Forbidden, httpcore.ConnectError)
