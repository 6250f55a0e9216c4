"""`yuyue worker`, `yuyue api`, `yuyue card-agent`: one process each."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer


def worker() -> None:
    """运行一个工作进程。Runs one worker until SIGTERM."""
    from cli.startup import check_startup
    from runtime.settings import Settings

    check_startup(Settings())
    os.execv(sys.executable, [sys.executable, "-P", "-m", "runtime.quiet_start", "worker"])


def api(
    host: Annotated[str | None, typer.Option(help="监听地址 / address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口 / port to listen on")] = None,
) -> None:
    """运行 HTTP 接口。Serves the HTTP API until SIGTERM."""
    from runtime import garbage

    garbage.postpone()
    from cli.serving import serve

    serve(host, port)


def card_agent(
    *,
    origin: Annotated[list[str], typer.Option(help="页面地址，可重复 / a page's own address, https://host; repeat")],
    port: Annotated[int | None, typer.Option(help="监听端口 / port on 127.0.0.1")] = None,
    cards: Annotated[
        Path | None, typer.Option(help="软件卡目录，代替读卡器 / a folder of software cards, which are NOT cards")
    ] = None,
    pairing: Annotated[Path | None, typer.Option(help="配对码文件 / the file of the pairing code")] = None,
) -> None:
    """在用户电脑上运行卡介质程序。Runs the card's program on the user's desk until SIGTERM."""
    given = {"--port": port, "--cards": cards, "--pairing": pairing}
    options = [text for name, value in given.items() if value is not None for text in (name, str(value))]
    options += [text for each in origin for text in ("--origin", each)]
    os.execv(sys.executable, [sys.executable, "-P", "-m", "card_agent", *options])
