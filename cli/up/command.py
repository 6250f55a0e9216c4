"""The options of `yuyue up`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer


def up(  # noqa: PLR0913 the options of a command
    *,
    port_base: Annotated[
        int,
        typer.Option(help="API 端口，其余依次加一；0 为自选 / port of the API, the others follow; 0 picks free ones"),
    ] = 8080,
    workers: Annotated[int, typer.Option(min=1, max=16, help="工作进程数 / how many worker processes")] = 1,
    ephemeral: Annotated[bool, typer.Option(help="临时目录，结束即删 / a temporary folder, gone at the end")] = False,
    data_dir: Annotated[Path, typer.Option(help="数据目录 / where the data is kept")] = Path(".yuyue"),
    ready_file: Annotated[Path | None, typer.Option(help="就绪后写入的 JSON / JSON written when all is ready")] = None,
    policy_file: Annotated[
        Path | None,
        typer.Option(envvar="YUYUE_POLICY_FILE", exists=True, dir_okay=False, help="规则参数 TOML / policy file"),
    ] = None,
    envelope: Annotated[
        str | None,
        typer.Option(help="报文加数字信封：aes-256-gcm 或 sm4-gcm / envelope messages for the simulated customs"),
    ] = None,
    customs: Annotated[
        list[str] | None,
        typer.Option(
            help="海关通道设置，如 channel=directory，可多次 / settings YUYUE_CUSTOMS_… of the channel, NAME=VALUE"
        ),
    ] = None,
    readers: Annotated[
        bool, typer.Option("--readers", help="使用读卡器，而不是软件卡 / card readers instead of software cards")
    ] = False,
) -> None:
    """启动全套演示环境。Starts the embedded stack: Temporal, database, simulated customs, workers and API."""
    from runtime import garbage

    garbage.postpone()
    from cli.algorithms import algorithm
    from cli.up.running import Options, serve

    chosen = algorithm(envelope) if envelope else None
    data = None if ephemeral else data_dir
    serve(Options(port_base, workers, data, ready_file, policy_file, chosen, readers, _customs(customs or [])))


def _customs(given: Sequence[str]) -> dict[str, str]:
    """Returns the settings as environment variables. Ends the command when one is not written as NAME=VALUE."""
    if wrong := [each for each in given if "=" not in each]:
        raise typer.BadParameter(f"{wrong[0]}: NAME=VALUE", param_hint="--customs")
    return {f"YUYUE_CUSTOMS_{name.upper()}": value for name, _, value in (each.partition("=") for each in given)}
