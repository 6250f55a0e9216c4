"""`python -m bench.startup`: how long `yuyue up` takes until it is ready, fresh and again, beside the server alone.

With ``--against`` another build's `yuyue` starts in turn with this one. Processor time counts all processes until the
ready file is there; the wall time depends on what else the machine does.
"""

import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Annotated, NamedTuple

import httpx
import psutil
import typer
from rich.table import Table

from cli.console import out
from cli.up.parts import temporal_command
from cli.up.ports import HOST, PortNumbers
from tests.e2e.stack import up

OWN = Path(sysconfig.get_path("scripts")) / "yuyue"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Start(NamedTuple):
    """One start: seconds until ready, and seconds of processor time of all its processes."""

    wall: float
    processor: float


@app.command()
def main(
    rounds: Annotated[int, typer.Option(min=1, help="轮数 / rounds")] = 5,
    against: Annotated[Path | None, typer.Option(exists=True, help="另一版本的 yuyue / another build's yuyue")] = None,
) -> None:
    """测量启动。Starts every build in turn, with a fresh data directory and again with the same one."""
    programs = {"本版 this build": OWN} | ({"对照 the other": against.absolute()} if against else {})
    measured: dict[tuple[str, str], list[Start]] = {}
    for _ in range(rounds):
        measured.setdefault(("空壳 bare", "Temporal"), []).append(_bare())
        for name, program in programs.items():
            for kind, start in _starts(program):
                measured.setdefault((name, kind), []).append(start)
    table = Table("", "", "秒 s", "处理器秒 processor s")
    for (name, kind), starts in measured.items():
        table.add_row(name, kind, *(f"{median(values):.2f}" for values in zip(*starts, strict=True)))
    out().print(table)


def _starts(program: Path) -> Iterator[tuple[str, Start]]:
    with tempfile.TemporaryDirectory(prefix="yuyue-bench-") as temporary:
        folder = Path(temporary)
        for kind in ("首次 fresh", "再次 again"):
            began = time.perf_counter()
            with up(folder, "--data-dir", f"{folder}/data", "--port-base", "0", program=(str(program),)) as stack:
                stack.wait_until_ready()
                yield kind, Start(time.perf_counter() - began, sum(map(_processor, stack.family())))


def _bare() -> Start:
    """Returns the start of a Temporal server with an empty file, until its page answers."""
    with tempfile.TemporaryDirectory(prefix="yuyue-bench-") as folder:
        ports = PortNumbers.at(0)
        began = time.perf_counter()
        command = temporal_command(Path(folder) / "temporal.db", ports)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                while not _answers(f"http://{HOST}:{ports.temporal_ui}"):
                    time.sleep(0.02)
                return Start(time.perf_counter() - began, _processor(psutil.Process(server.pid)))
            finally:
                server.terminate()


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False, timeout=1).is_success
    except httpx.TransportError:
        return False


def _processor(process: psutil.Process) -> float:
    """Returns the processor time of a process and of those of its children that have ended."""
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


if __name__ == "__main__":
    app()
