"""`yuyue customs check`: tests an office by golden messages and faults."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import out

if TYPE_CHECKING:
    from customs.conformance.cases import CaseOutcome
    from customs.conformance.probes import Probe

customs = typer.Typer(help="海关一侧的工具。For those who build the office's side.", no_args_is_help=True)


@customs.callback()
def _group() -> None:
    """海关一侧的工具。For those who build the office's side."""


@customs.command()
def check(
    *,
    http: Annotated[str | None, typer.Option(help="海关地址 / address of the office, http(s)://…")] = None,
    directory: Annotated[Path | None, typer.Option(help="四个文件箱所在目录 / folder of the four boxes")] = None,
    sftp: Annotated[str | None, typer.Option(help="sftp://user@host:22/folder")] = None,
    sftp_key: Annotated[Path | None, typer.Option(help="私钥 / private key")] = None,
    known_hosts: Annotated[Path | None, typer.Option(help="主机公钥 / file with the host key")] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="每项最多等待秒数 / how long to wait for each answer")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
) -> None:
    """用样例报文与错误报文检验海关一侧;请只对测试环境运行。

    Sends golden messages, repeats and faults to an office of a test environment, and checks what it answers. Exit
    code 1 when a case fails.
    """
    if sum(each is not None for each in (http, directory, sftp)) != 1:
        raise typer.BadParameter("--http, --directory, --sftp: 请选一个 / choose one")
    with _probe(http, directory, (sftp, sftp_key, known_hosts), seconds) as probe:
        from customs.conformance.cases import Kit

        outcomes = []
        for outcome in Kit(probe).run():
            outcomes.append(outcome)
            if not as_json:
                _print(outcome)
    if as_json:
        typer.echo(json.dumps([each._asdict() for each in outcomes], ensure_ascii=False, indent=2))
    failed = sum(each.verdict == "failed" for each in outcomes)
    if not as_json:
        total = len(outcomes)
        out().print(f"{total - failed}/{total} 项通过或略过 / cases passed or skipped", highlight=False)
    raise typer.Exit(1 if failed else 0)


@contextmanager
def _probe(
    http: str | None,
    directory: Path | None,
    sftp: tuple[str | None, Path | None, Path | None],
    seconds: float,
) -> "Iterator[Probe]":
    import httpx

    from customs.channels.directory.local import LocalStorage
    from customs.conformance.probes import FileProbe, HttpProbe

    if http:
        with httpx.Client(trust_env=False) as client:
            yield HttpProbe(http, client, seconds)
        return
    if directory:
        yield FileProbe(LocalStorage(directory), seconds)
        return
    from customs.channels.directory.sftp import SftpServer, SftpStorage

    url, key, known_hosts = sftp
    if not (url and key and known_hosts):
        raise typer.BadParameter("--sftp 需要 --sftp-key 与 --known-hosts / --sftp needs --sftp-key and --known-hosts")
    storage = SftpStorage(SftpServer.of(url, key, known_hosts))
    try:
        yield FileProbe(storage, seconds)
    finally:
        storage.close()


def _print(outcome: "CaseOutcome") -> None:
    from rich.markup import escape

    mark = {"passed": "[green]✓[/]", "failed": "[red]✗[/]", "skipped": "[yellow]–[/]"}[outcome.verdict]
    out().print(f"{mark} {escape(outcome.case)}: {escape(outcome.seen)}", highlight=False)
    if outcome.remedy:
        out().print(f"  → {escape(outcome.remedy)}", highlight=False)
