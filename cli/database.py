"""`yuyue db …`."""

from typing import TYPE_CHECKING

import typer

from cli.console import out
from cli.embedded import DataDir, load_settings

if TYPE_CHECKING:
    from db.personal_digests import Digests
    from runtime.settings import Settings

database = typer.Typer(help="数据库。The database.", no_args_is_help=True)


@database.command()
def upgrade(data_dir: DataDir = None) -> None:
    """升级到最新结构,补充口岸和已公布的工作日历。Newest schema, ports and published years; replaces nothing."""
    from cli import schema

    settings = load_settings(data_dir)
    before, after = schema.upgrade(settings.database_url, _digests(settings))
    out().print(f"数据库结构 schema: {before or '-'} → {after}", highlight=False)


def _digests(settings: "Settings") -> "Digests | None":
    """Returns None, and says what that means, without the keys: an upgrade needs no other secret."""
    from runtime.sealing import KeyringError, Sealer

    try:
        return Sealer.of(settings).digests
    except (KeyringError, OSError) as error:
        out().print(
            f"[yellow]![/] 没有密钥，旧预约暂不能按手机号查找；备好密钥后运行 yuyue verify --repair "
            f"/ without the keys older appointments are not found by phone number: run yuyue verify --repair with them "
            f"({error})",
            highlight=False,
        )
        return None
