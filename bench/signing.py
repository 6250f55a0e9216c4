"""`python -m bench.signing`: what a signature adds to a command at the server, beside the same command without one."""

import asyncio
import base64
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import httpx
import psutil
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from cli.console import out
from cli.demo.story import content
from cli.pki.authority import Authority
from cli.up.report import StartReport
from cli.up.running import Options, running
from cli.up.users import ENTERPRISES
from domain.instants import SHANGHAI
from signing import cms
from signing.software import SoftwareKey, unpack

AIM_MS = 30
WARM_UP = 5
APPOINTMENTS, PORT, ROLE, PIN = "/api/v1/appointments", "2233", "general", "123456"
#: Any moment can be booked, and a signature is verified where one comes along.
POLICY = "[window]\nstep_minutes = 0\n[cutoff]\nenforce = false\n"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Turn(NamedTuple):
    """Milliseconds of one submission, on the clock and of the API's and the worker's processors."""

    clock: float
    processor: float


class Bench(NamedTuple):
    """A stack, and somebody at its door; ``pids`` of API and worker."""

    http: httpx.AsyncClient
    pids: list[int]

    async def draft(self) -> str:
        """A new one, complete."""
        answer = await self.http.post(APPOINTMENTS, json=content(starts_in=timedelta(hours=1)))
        return str(_sound(answer)["pre_entry_no"])

    async def offered(self, number: str) -> dict[str, Any]:
        """The bytes to sign; asked for before the clock runs."""
        return _sound(await self.http.post(f"{APPOINTMENTS}/{number}/signing-request", json={"act": "submission"}))

    async def submit(self, number: str, body: dict[str, Any]) -> Turn:
        """The command that is measured."""
        before, began = self._processor(), time.perf_counter()
        _sound(await self.http.post(f"{APPOINTMENTS}/{number}/submission", json=body))
        clock = time.perf_counter() - began
        return Turn(clock * 1000, (self._processor() - before) * 1000)

    def _processor(self) -> float:
        times = [psutil.Process(pid).cpu_times() for pid in self.pids]
        return sum(each.user + each.system for each in times)


@app.command()
def main(
    turns: Annotated[int, typer.Option(min=3, help="每种的次数 / submissions of each kind")] = 60,
    kind: Annotated[str, typer.Option(help="p256 或 sm2 / p256 or sm2")] = "p256",
) -> None:
    """比较签名与未签名的申报。Compares signed and unsigned submissions; checks nothing."""
    console = out()
    console.print(_table(*asyncio.run(_measure(turns, kind, console)), kind))


async def _measure(turns: int, kind: str, console: Console) -> tuple[list[Turn], list[Turn]]:
    """Measures both in turn on one stack; the card signs, and the bytes are offered, before the clock runs."""
    signed, unsigned = list[Turn](), list[Turn]()
    async with _bench(console) as (bench, pki):
        key = _card(pki, kind)
        for turn in track(range(-WARM_UP, turns), "申报 submitting", console=console, transient=True):
            plain, number = await bench.draft(), await bench.draft()
            signature = _signed(key, await bench.offered(number))
            took = (await bench.submit(number, {"signature": signature}), await bench.submit(plain, {}))
            if turn >= 0:
                signed.append(took[0])
                unsigned.append(took[1])
    return signed, unsigned


@asynccontextmanager
async def _bench(console: Console) -> AsyncIterator[tuple[Bench, Path]]:
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as policy:
        policy.write(POLICY)
        policy.flush()
        async with _ready(Options(policy_file=Path(policy.name)), console) as ready:
            yield ready


@asynccontextmanager
async def _ready(options: Options, console: Console) -> AsyncIterator[tuple[Bench, Path]]:
    async with running(options, StartReport(console)) as (stack, announcement):
        told = announcement.content(stack)
        pids = [pid for name, pid in told["pids"].items() if name in {"api", "worker"}]
        async with httpx.AsyncClient(base_url=told["api"], trust_env=False, timeout=30) as http:
            await _close_the_port(http, told["keys"]["operator"])
            http.headers["Authorization"] = f"Bearer {told['keys'][ROLE]}"
            yield Bench(http, pids), announcement.layout.pki


async def _close_the_port(http: httpx.AsyncClient, key: str) -> None:
    """Publishes days without working hours, so that any moment can be booked."""
    today = datetime.now(SHANGHAI).date()
    for shift, sessions in {-2: [["08:30", "17:00"]], -1: [], 0: [], 1: []}.items():
        path = f"/ops/v1/ports/{PORT}/calendar/{today + timedelta(days=shift)}"
        body = {"sessions": sessions, "note": "bench"}
        _sound(await http.put(path, json=body, headers={"Authorization": f"Bearer {key}"}))


def _card(pki: Path, kind: str) -> SoftwareKey:
    """A card of its own, of either kind."""
    made = Authority(pki).card(ENTERPRISES[ROLE], "bench", kind=kind, pin=PIN, days=1, at=datetime.now(UTC))
    (file,) = (path for path in made.folder.glob("signing.*") if not path.name.endswith(".crt.pem"))
    return unpack(file.read_bytes(), PIN)


def _signed(key: SoftwareKey, offer: dict[str, Any]) -> dict[str, str]:
    made = cms.assemble(base64.b64decode(offer["statement"]), key.certificate, key.key, key.chain)
    return {"nonce": offer["nonce"], "cms": base64.b64encode(made).decode()}


def _sound(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_error:
        raise SystemExit(f"{answer.request.url}: {answer.status_code} {answer.text}")
    return dict(answer.json())


def _table(signed: list[Turn], unsigned: list[Turn], kind: str) -> Table:
    title = f"签名的申报 a signed submission, {kind}, ms（目标 aim: + ≤ {AIM_MS}）"
    shown = Table("", "签名 signed", "未签名 unsigned", "多 added", title=title, title_justify="left")
    for column in shown.columns[1:]:
        column.justify = "right"
    for name, figure in (("中位 median", statistics.median), ("p95", _p95), ("最快 least", min)):
        ours, bare = (figure(each.clock for each in turns) for turns in (signed, unsigned))
        shown.add_row(name, f"{ours:.1f}", f"{bare:.1f}", f"{ours - bare:+.1f}")
    ours, bare = (statistics.fmean(each.processor for each in turns) for turns in (signed, unsigned))
    shown.add_row("CPU: API + worker", f"{ours:.1f}", f"{bare:.1f}", f"{ours - bare:+.1f}")
    return shown


def _p95(values: Iterable[float]) -> float:
    return statistics.quantiles(list(values), n=20)[-1]


if __name__ == "__main__":
    app()
