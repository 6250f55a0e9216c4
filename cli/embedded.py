"""Settings of commands beside a running `yuyue up`, read from its data directory."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import fail

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from runtime.settings import Settings

DataDir = Annotated[
    Path | None,
    typer.Option(help="yuyue up 的数据目录，代替环境变量 / data directory of `yuyue up`, instead of the environment"),
]


def load_settings(data_dir: Path | None) -> "Settings":
    """Returns the settings of the environment, or of the embedded stack on the data directory."""
    from runtime.settings import Settings

    if data_dir:
        os.environ.update(_stack_settings(data_dir.resolve()))
    return Settings()


def open_database(settings: "Settings") -> "Engine":
    """Returns the database of the settings; ends the command when it cannot be used or has another schema."""
    from db.engine import connect
    from runtime.startup_checks import demand_schema

    engine = connect(settings.database_url)
    demand_schema(engine)
    return engine


def _stack_settings(data_dir: Path) -> dict[str, str]:
    from cli.up.environment import Environment
    from cli.up.ports import PortNumbers
    from cli.up.secrets import Secrets
    from runtime.layout import Layout

    layout = Layout(data_dir)
    if not layout.ports.exists():
        fail(f"{data_dir} 不是 yuyue up 的数据目录", f"{data_dir} is not a data directory of `yuyue up`")
    try:
        ports = PortNumbers(**json.loads(layout.ports.read_text(encoding="utf-8")))
        return Environment(layout, ports, Secrets.of(layout)).settings()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        fail(
            f"{data_dir} 中的 ports.json、secrets.json 或 keys.json 已损坏，请从备份恢复",
            f"ports.json, secrets.json or keys.json in {data_dir} is damaged, restore it from a backup: {error!r}",
        )
