"""`yuyue worker`, `yuyue api`: one process each, configured by the environment."""

import os
import sys
from typing import Annotated

import typer


def worker() -> None:
    """运行一个工作进程。Runs one worker until SIGTERM."""
    from cli.fitness import demand_fit
    from runtime.settings import Settings

    demand_fit(Settings())
    os.execv(sys.executable, [sys.executable, "-P", "-m", "worker"])


def api(
    host: Annotated[str | None, typer.Option(help="监听地址 / address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口 / port to listen on")] = None,
) -> None:
    """运行 HTTP 接口。Serves the HTTP API until SIGTERM."""
    from cli.serving import serve

    serve(host, port)
