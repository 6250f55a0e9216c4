"""The embedded Temporal server as `yuyue up` runs it, and a worker process for each of the two workflows."""

import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from bench.builders import prepare
from cli.up.environment import Environment
from cli.up.parts import python, temporal_command
from cli.up.policy import write_policy
from cli.up.ports import HOST, PortNumbers
from cli.up.probes import TemporalProbe
from cli.up.process import ProcessSpec
from cli.up.report import StartReport
from cli.up.secrets import Secrets
from cli.up.stack import supervised
from runtime.layout import Layout
from runtime.sealing import Keyring, Sealer

#: This folder; it is not installed with the others, so the workers need its path.
ROOT = Path(__file__).parents[1]


class RunningStack(NamedTuple):
    """The connections and keys that a driver needs, and the processes that run."""

    client: Client
    database_url: str
    sealer: Sealer
    pids: Mapping[str, int]

    def pids_of(self, side: str) -> dict[str, int]:
        """The processes that work for one side."""
        return {"temporal": self.pids["temporal"], "worker": self.pids[side], "driver": os.getpid()}


@asynccontextmanager
async def running(console: Console) -> AsyncIterator[RunningStack]:
    """Starts everything in a temporary folder and removes it afterwards. Raises ``StartFailed`` when it cannot."""
    with tempfile.TemporaryDirectory(prefix="yuyue-bench-") as folder:
        layout, ports = Layout(Path(folder)), PortNumbers.at(0)
        layout.prepare()
        write_policy(None, layout.policy)
        secrets = Secrets.of(layout)
        environment = Environment(layout, ports, secrets)
        prepare(environment.database_url)
        async with supervised(StartReport(console), lambda _: None) as stack:
            await stack.bring_up(_temporal(environment))
            await stack.bring_up(_worker("appointment", environment), _worker("bare", environment))
            client = await Client.connect(f"{HOST}:{ports.temporal}", data_converter=pydantic_data_converter)
            sealer = Sealer(Keyring.parse(secrets.seal_keys, secrets.fingerprint_key))
            yield RunningStack(client, environment.database_url, sealer, stack.pids())


def _temporal(environment: Environment) -> ProcessSpec:
    layout, ports = environment.layout, environment.ports
    return ProcessSpec(
        name="temporal",
        title="Temporal 服务 server",
        address=f"{HOST}:{ports.temporal}",
        command=temporal_command(layout.temporal, ports),
        environment=environment.plain(),
        log=layout.log("temporal"),
        is_ready=TemporalProbe(f"{HOST}:{ports.temporal}").serves,
        stops_in_wave=1,
    )


def _worker(side: str, environment: Environment) -> ProcessSpec:
    ready = environment.layout.root / f"{side}.ready"

    async def is_ready(_pid: int) -> bool:
        return ready.exists()

    return ProcessSpec(
        name=side,
        title=f"工作进程 worker {side}",
        address="",
        command=python("bench.worker", side, str(ready)),
        environment=environment.for_ours() | {"PYTHONPATH": str(ROOT)},
        log=environment.layout.log(side),
        is_ready=is_ready,
        stops_in_wave=0,
    )
