"""Runs `yuyue up` from its options to its end."""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from cli.console import fail, out
from cli.up import lock
from cli.up.cards import prepare_authority, prepare_cards, read_cards
from cli.up.environment import Environment
from cli.up.parts import Parts
from cli.up.policy import write_policy
from cli.up.ports import HOST, PortInUse, PortNumbers
from cli.up.preparation import prepare_database, prepare_people, sealer_of
from cli.up.probes import TemporalProbe
from cli.up.report import StartReport
from cli.up.secrets import Secrets
from cli.up.stack import Stack, supervised, together
from cli.up.supervisor import StartFailed
from cli.up.users import read_users
from runtime import garbage
from runtime.backup.restored import RestoreUnfinished, demand_finished
from runtime.ciphers import Algorithm
from runtime.files import write_json, write_privately
from runtime.layout import Layout
from runtime.policy import PolicyError
from runtime.signals import run_until_signalled
from runtime.threads import run_to_end

START_LIMIT_SECONDS = 90.0


@dataclass(frozen=True)
class Options:
    """The options of the command; without ``data_dir`` a temporary one is used."""

    port_base: int = 0
    workers: int = 1
    data_dir: Path | None = None
    ready_file: Path | None = None
    policy_file: Path | None = None
    envelope: Algorithm | None = None
    readers: bool = False
    customs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Announcement:
    """The content of the ready file, which is written only if it has a path."""

    ready_file: Path | None
    layout: Layout
    ports: PortNumbers
    secrets: Secrets

    def publish(self, stack: Stack) -> None:
        """Writes the ready file, in one step."""
        if self.ready_file:
            write_json(self.ready_file, self.content(stack))

    def content(self, stack: Stack) -> dict[str, Any]:
        """Returns addresses, process ids and demo keys."""
        return {
            "api": f"http://{HOST}:{self.ports.api}",
            "temporal": f"{HOST}:{self.ports.temporal}",
            "temporal_ui": f"http://{HOST}:{self.ports.temporal_ui}",
            "simulator": f"http://{HOST}:{self.ports.simulator}",
            "card_agent": f"http://{HOST}:{self.ports.card_agent}",
            "pairing_code": self.secrets.pairing_code,
            "cards": read_cards(self.layout),
            "pids": stack.pids(),
            "keys": self.secrets.demo_keys,
            "users": read_users(self.layout.users),
            "data_dir": str(self.layout.root),
        }


class Running(NamedTuple):
    """A stack that is ready, with its announcement."""

    stack: Stack
    announcement: Announcement


def serve(options: Options) -> None:
    """Runs the stack until a signal ends it; ends the command with a message when it cannot start."""
    os.umask(0o077)  # only the owner may read files of the stack, even in a folder that was there before
    with explaining_start():
        run_until_signalled(_serve(options, StartReport(out())))


@contextmanager
def explaining_start() -> Iterator[None]:
    """Ends the command with a message when a stack cannot start in the block."""
    try:
        yield
    except lock.DataDirInUse as error:
        fail(f"数据目录 {error.directory} 已被另一个 yuyue up 使用", str(error))
    except RestoreUnfinished as error:
        fail(f"恢复到 {error.directory} 没有完成，请重新执行 yuyue restore", f"{error}: run `yuyue restore` again")
    except PortInUse as error:
        fail(f"端口 {error.port} 已被占用，请换一个 --port-base", f"{error}; choose another --port-base")
    except PolicyError as error:
        fail("规则参数文件有误", str(error))
    except StartFailed as error:
        fail("启动失败", f"could not start: {error}")


async def _serve(options: Options, report: StartReport) -> None:
    async with running(options, report) as (stack, announcement):
        garbage.set_aside()
        report.welcome(announcement.content(stack), announcement.layout.keys)
        await stack.supervise()


@asynccontextmanager
async def running(options: Options, report: StartReport) -> AsyncIterator[Running]:
    """Yields a ready stack; all its processes have ended after the block."""
    with _data_dir(options.data_dir) as root:
        demand_finished(root)
        layout = Layout(root)
        layout.prepare()
        if options.ready_file:
            options.ready_file.unlink(missing_ok=True)
        with lock.exclusive(layout.lock) as descriptor:
            async with _running(options, report, layout, descriptor) as ready:
                yield ready


@asynccontextmanager
async def _running(options: Options, report: StartReport, layout: Layout, descriptor: int) -> AsyncIterator[Running]:
    ports = PortNumbers.at(options.port_base)
    ports.demand_free()
    write_policy(options.policy_file, layout.policy)
    layout.envelope.unlink(missing_ok=True)
    if options.envelope:
        write_privately(layout.envelope, options.envelope)
    layout.channel.unlink(missing_ok=True)
    if options.customs:
        write_json(layout.channel, {"YUYUE_CUSTOMS_DIRECTORY": str(layout.boxes), **options.customs})
    secrets = Secrets.of(layout)
    write_json(layout.ports, ports._asdict())
    announcement = Announcement(options.ready_file, layout, ports, secrets)
    async with httpx.AsyncClient(trust_env=False) as client, supervised(report, announcement.publish) as stack:
        probe = TemporalProbe(f"{HOST}:{ports.temporal}")
        parts = Parts(layout, ports, Environment(layout, ports, secrets), client, probe, descriptor)
        if options.readers and not parts.can_read_cards():
            report.no_readers()
        with report.patiently(stack.missing):
            await _start(stack, parts, options, report)
        yield Running(stack, announcement)


async def _start(stack: Stack, parts: Parts, options: Options, report: StartReport) -> None:
    """Starts the processes, as many as possible at the same time."""
    try:
        async with asyncio.timeout(START_LIMIT_SECONDS):
            # The simulated office needs its certificate.
            with stack.preparing("certificates"):
                await run_to_end(partial(prepare_authority, parts.layout.pki, datetime.now(UTC)))
            await together(
                stack.bring_up(parts.simulator(), parts.card_agent(readers=options.readers)),
                _start_ours(stack, parts, workers=options.workers, report=report),
            )
    except TimeoutError:
        raise StartFailed(f"{', '.join(stack.missing())}: not ready within {START_LIMIT_SECONDS:g} s") from None
    stack.completed()


async def _start_ours(stack: Stack, parts: Parts, *, workers: int, report: StartReport) -> None:
    """Starts workers and API once the database and the Temporal server are ready, and beside them makes the users."""
    layout, now = parts.layout, datetime.now(UTC)
    url, secrets = parts.environment.database_url, parts.environment.secrets
    prepare = partial(prepare_database, url, secrets.demo_keys, sealer_of(secrets).digests)
    await together(
        stack.bring_up(parts.temporal()),
        _prepare(stack, report, "数据库 database", prepare),
        # API and workers read the revocation lists when they start.
        _prepare(stack, report, "演示卡 demo cards", partial(prepare_cards, layout.pki, layout.cards, now)),
    )
    await together(
        stack.bring_up(*(parts.worker(number) for number in range(1, workers + 1)), parts.api()),
        _prepare(stack, report, "演示用户 demo users", partial(prepare_people, layout, url, secrets)),
    )


async def _prepare(stack: Stack, report: StartReport, title: str, step: Callable[[], None]) -> None:
    began = time.monotonic()
    with stack.preparing(title):
        await run_to_end(step)
    report.done(title, time.monotonic() - began)


@contextmanager
def _data_dir(chosen: Path | None) -> Iterator[Path]:
    if chosen:
        yield chosen.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="yuyue-") as temporary:
        yield Path(temporary)
