"""`yuyue db …`."""

import typer

from cli.console import out
from cli.embedded import DataDir, load_settings

database = typer.Typer(help="数据库。The database.", no_args_is_help=True)


@database.command()
def upgrade(data_dir: DataDir = None) -> None:
    """升级到最新结构,补充口岸和已公布的工作日历。Newest schema, ports and published years; replaces nothing."""
    from cli import schema

    before, after = schema.upgrade(load_settings(data_dir).database_url)
    out().print(f"数据库结构 schema: {before or '-'} → {after}", highlight=False)
