"""`yuyue db …`."""

import typer

from cli.console import out
from cli.embedded import DataDir, settings

database = typer.Typer(help="数据库。The database.", no_args_is_help=True)


@database.command()
def upgrade(data_dir: DataDir = None) -> None:
    """升级到最新结构。Brings the database to the newest schema."""
    from db import migrate

    url = settings(data_dir).database_url
    before = migrate.current(url)
    migrate.upgrade(url)
    out().print(f"数据库结构 schema: {before or '-'} → {migrate.head()}", highlight=False)
