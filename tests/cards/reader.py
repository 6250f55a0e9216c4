"""A private PC/SC daemon with one virtual reader, and the hand that puts cards in and pulls them.

The daemon is Debian's own, in a mount namespace of its own, so that its socket is in the test's folder; the reader is
``vpcd``, a driver that finds its card on a TCP port. vpcd listens on every interface: for tests only.
"""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cli.up.ports import free_base
from tests.cards.piv import PivCard
from tests.e2e.stack import until

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
PCSCD = "/usr/sbin/pcscd"
SECONDS = 20.0
#: What the driver says instead of a command.
_OFF, _ON, _RESET, _ATR = 0, 1, 2, 4


class Reader:
    """The daemon, its reader, and the card in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_base()
        self._daemon: subprocess.Popen[bytes] | None = None
        self._hand: Hand | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self._write()

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which a client of PC/SC speaks to this daemon."""
        return {"PCSCLITE_CSOCK_NAME": str(self._socket)}

    @property
    def name(self) -> str:
        """The reader's name in PC/SC."""
        return "Virtual PCD 00 00"

    def start(self) -> None:
        """Starts the daemon; returns when its reader waits for a card."""
        space = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
        script = 'mkdir -p /run/pcscd && mount --bind "$0" /run/pcscd && exec "$@"'
        command = [PCSCD, "--foreground", "--info", "--config", str(self._folder / "readers")]
        with self._log.open("wb") as log:
            self._daemon = subprocess.Popen(
                [*space, "sh", "-c", script, str(self._folder / "run"), *command], stdout=log, stderr=log
            )
        until(self._listens, seconds=SECONDS, what="pcscd")

    def kill(self) -> None:
        """The service dies without a word."""
        assert self._daemon is not None
        self._daemon.kill()
        self._daemon.wait(SECONDS)
        for left in (self._folder / "run").glob("*"):
            left.unlink()

    def stop(self) -> None:
        """All of it."""
        self.pull()
        if self._daemon is not None and self._daemon.poll() is None:
            self._daemon.terminate()
            self._daemon.wait(SECONDS)

    def insert(self, card: PivCard) -> None:
        """Puts the card in; it goes in again by itself after a restart of the daemon."""
        self.pull()
        self._hand = Hand(card, self._port)

    def pull(self) -> None:
        """The reader is empty, and the service has noticed.

        It looks every 400 ms. A card that fails at work in between it takes for gone, and never sees the one that is in
        when it looks: no hand is so quick.
        """
        if self._hand is not None:
            self._hand.pull()
            self._hand = None
            until(self._is_empty, seconds=SECONDS, what="pcscd to notice")

    def slip(self, card: PivCard) -> None:
        """Another card is in, quicker than the service looks."""
        assert self._hand is not None
        before, self._hand = self._hand, Hand(card, self._port)
        self._hand.waits()
        before.pull()

    @property
    def _socket(self) -> Path:
        return self._folder / "run" / "pcscd.comm"

    def _write(self) -> None:
        (self._folder / "run").mkdir()
        driver = self._folder / "libifdvpcd.so"
        shutil.copy(DRIVER, driver)  # several readers with one driver would share one card
        lines = ['FRIENDLYNAME "Virtual PCD"', f"DEVICENAME /dev/null:{self._port:#x}"]
        lines += [f"LIBPATH {driver}", f"CHANNELID {self._port:#x}"]
        (self._folder / "readers").write_text("\n".join(lines) + "\n")

    @property
    def _log(self) -> Path:
        return self._folder / "pcscd.log"

    def _is_empty(self) -> bool:
        """Returns True if the daemon's reader thread reports no card; a daemon that is gone reports nothing."""
        said = self._log.read_text()
        gone = self._daemon is None or self._daemon.poll() is not None
        return gone or said.count("Card inserted into") == said.count("Card Removed From")

    def _listens(self) -> bool:
        assert self._daemon is not None
        assert self._daemon.poll() is None, self._log.read_text()
        return self._socket.exists() and _is_taken(self._port)


class Hand:
    """Holds one card in the reader, in a thread of its own."""

    def __init__(self, card: PivCard, port: int) -> None:
        self._card, self._port = card, port
        self._pulled, self._waiting = threading.Event(), threading.Event()
        self._link: socket.socket | None = None
        self._thread = threading.Thread(target=self._hold, name="card", daemon=True)
        self._thread.start()

    def waits(self) -> None:
        """Returns when the card waits before the reader."""
        assert self._waiting.wait(SECONDS)

    def pull(self) -> None:
        """Pulls the card out of the reader at once, in the middle of anything."""
        self._pulled.set()
        with suppress(OSError):
            if self._link is not None:
                self._link.shutdown(socket.SHUT_RDWR)
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()

    def _hold(self) -> None:
        while not self._pulled.is_set():
            with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=SECONDS) as link:
                link.settimeout(None)
                self._link = link
                self._waiting.set()
                self._serve(link)
            self._card.reset()
            self._pulled.wait(0.05)  # a daemon that is gone comes back without a word

    def _serve(self, link: socket.socket) -> None:
        while (said := _received(link)) and not self._pulled.is_set():
            answer = self._answer(said)
            if answer is not None:
                link.sendall(len(answer).to_bytes(2, "big") + answer)

    def _answer(self, said: bytes) -> bytes | None:
        if len(said) > 1:
            return self._card.answer(said)
        if said[0] in {_OFF, _ON, _RESET}:
            self._card.reset()
        return self._card.atr if said[0] == _ATR else None


@contextmanager
def reader(folder: Path) -> Iterator[Reader]:
    """A running one; nothing of it is left afterwards."""
    made = Reader(folder)
    try:
        made.start()
        yield made
    finally:
        made.stop()


def _received(link: socket.socket) -> bytes:
    """One message; empty when the other side has hung up."""
    head = _exactly(link, 2)
    return _exactly(link, int.from_bytes(head, "big")) if head else b""


def _exactly(link: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        # The driver writes length and body apart, and waits 40 ms for an acknowledgement that nobody hurries to send.
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = link.recv(size - len(received))
        if not part:
            return b""
        received += part
    return received


def _is_taken(port: int) -> bool:
    """Returns True if something listens, without connecting: the driver would take that for a card."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return True
    return False
