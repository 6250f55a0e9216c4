"""`python -m bench.card`: what the card's program takes for a signature of a card in a reader, beside the bare calls.

The reader service is Debian's own, started privately, with a virtual reader and a PIV card in software: so the daemon,
pyscard and the commands to the card are real, and the 50 to 500 ms that a real card computes are missing. Bare is the
same session by hand: connect exclusively, select, show the PIN, sign, reset. All take turns.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Annotated, NamedTuple

import httpx
import typer
from rich.progress import track
from rich.table import Table
from smartcard import scard

from cli.console import out
from tests.cards.making import CODE, PIN, Issuer
from tests.cards.piv import AID, SIGNING, PivCard
from tests.cards.reader import Reader, reader
from tests.integration.card_agent.asking import answer, challenge, order, statement
from tests.integration.card_agent.program import Program, program

AIM_MS, LOCK_AIM_MS = 50, 1000
WARM_UP, LOCKS = 5, 20
OPEN, CLOSED, BARE = "已登录 logged in", "未登录 not logged in", "裸调用 bare calls"
PULLED, KILLED = "拔卡 pulled, and told", "服务终止 killed, and told"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class CardPage(NamedTuple):
    """A reader, a card for it, the card's program, and its page."""

    reader: Reader
    card: PivCard
    program: Program
    page: httpx.Client

    @property
    def serial(self) -> str:
        """The program's name of the card."""
        return f"{self.card.keys.login.certificate.serial_number:x}"

    def insert(self) -> None:
        """Returns when the page has seen it."""
        with self.program.events() as events:
            events.wait_for("state")
            self.reader.insert(self.card)
            events.wait_for("inserted")

    def logged_in(self) -> float:
        """A signature of a card that a page keeps open, as it is with most declarations."""
        _sound(answer(self.page, {"serial": self.serial}, challenge(), PIN))
        took = self.signed()
        _sound(self.page.post("/v1/lock", json={"card": self.serial}))
        return took

    def signed(self) -> float:
        """Seconds that signing takes after the statement was shown, from the order to the CMS."""
        given = order(self.page, {"serial": self.serial}, statement(CODE), PIN)
        return _timed(lambda: _sound(self.page.post("/v1/signature", json=given)))

    def locked_by(self, blow: Callable[[], None]) -> float:
        """Seconds from the pull, or the end of the service, until a page hears of it."""
        with self.program.events() as events:
            events.wait_for("state")
            began = time.perf_counter()
            blow()
            events.wait_for("removed")
            return (time.perf_counter() - began) * 1000

    def pulled(self) -> float:
        """Out and, afterwards, in again."""
        took = self.locked_by(self.reader.pull)
        self.insert()
        return took

    def killed(self) -> float:
        """The reader service dies and, afterwards, is started again."""
        took = self.locked_by(self.reader.kill)
        with self.program.events() as events:
            self.reader.start()
            events.wait_for("inserted")
        return took


@app.command()
def main(turns: Annotated[int, typer.Option(min=20, help="每种的次数 / signatures of each kind")] = 100) -> None:
    """比较卡介质程序与裸调用。Compares the card's program with bare calls; checks nothing."""
    with tempfile.TemporaryDirectory() as folder, _desk(Path(folder)) as desk:
        bare = _Bare(desk.reader.name)
        kinds: dict[str, Callable[[], float]] = {OPEN: desk.logged_in, CLOSED: desk.signed, BARE: bare.signed}
        times: dict[str, list[float]] = {name: [] for name in kinds}
        for turn in track(range(-WARM_UP, turns), "签名 signing", console=out(), transient=True):
            for name, sign in kinds.items():
                took = sign()
                if turn >= 0:
                    times[name].append(took)
        locks = {PULLED: [desk.pulled() for _ in range(LOCKS)], KILLED: [desk.killed() for _ in range(LOCKS)]}
    out().print(_table(times, locks))
    out().print(f"负载 load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores", highlight=False)


@contextmanager
def _desk(folder: Path) -> Iterator[CardPage]:
    """The card is in; PC/SC calls of our own go to the same private service."""
    card = Issuer.create(folder / "pki").card()
    with reader(folder / "reader") as slot:
        os.environ.update(slot.environment)
        with program(folder / "desk", environment=slot.environment) as running, running.page() as page:
            desk = CardPage(slot, card, running, page)
            desk.insert()
            yield desk


class _Bare:
    """The session by hand, with nothing around it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def signed(self) -> float:
        digest = sha256(statement(CODE)).digest()
        return _timed(lambda: self._session(digest))

    def _session(self, digest: bytes) -> None:
        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        result, card, _ = scard.SCardConnect(context, self._name, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T1)
        _demand(result == scard.SCARD_S_SUCCESS, scard.SCardGetErrorMessage(result))
        template = b"\x7c\x24\x82\x00\x81\x20" + digest
        for head, data in (
            (b"\x00\xa4\x04\x00", AID),
            (b"\x00\x20\x00\x80", PIN.encode().ljust(8, b"\xff")),
            (b"\x00\x87\x11" + bytes([SIGNING]), template),
        ):
            _, said = scard.SCardTransmit(card, scard.SCARD_PCI_T1, list(head + bytes([len(data)]) + data))
            _demand(said[-2:] == [0x90, 0], "the card refuses")
        scard.SCardDisconnect(card, scard.SCARD_RESET_CARD)
        scard.SCardReleaseContext(context)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _sound(answered: httpx.Response) -> None:
    _demand(answered.is_success, answered.text)


def _demand(holds: bool, what: str) -> None:  # noqa: FBT001 as an assertion takes it
    if not holds:
        raise SystemExit(what)


def _table(times: dict[str, list[float]], locks: dict[str, list[float]]) -> Table:
    shown = Table("ms", "中位 median", "p95", "最快 least", "目标 aim", title="卡介质 cards", title_justify="left")
    for column in shown.columns[1:]:
        column.justify = "right"
    for name, each in times.items():
        shown.add_row(f"签名 {name}", *_figures(each), "" if name == BARE else f"≤ {AIM_MS}")
    for name, each in locks.items():
        shown.add_row(name, *_figures(each), f"≤ {LOCK_AIM_MS}")
    return shown


def _figures(times: list[float]) -> list[str]:
    return [f"{ms:.1f}" for ms in (statistics.median(times), statistics.quantiles(times, n=20)[-1], min(times))]


if __name__ == "__main__":
    app()
