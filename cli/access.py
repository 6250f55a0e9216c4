"""`yuyue access …`."""

from typing import Annotated

import typer

from cli.console import moment, out
from cli.embedded import DataDir, load_settings, open_database

access = typer.Typer(help="访问记录。The record of accesses.", no_args_is_help=True)


@access.command(name="list")
def listing(
    subject: Annotated[str | None, typer.Option(help="用户或密钥的名称 / a user's or a key's name")] = None,
    days: Annotated[int, typer.Option(min=1, help="最近多少天 / so many days back")] = 30,
    limit: Annotated[int, typer.Option(min=1, help="至多多少条 / at most so many")] = 100,
    data_dir: DataDir = None,
) -> None:
    """列出登录、拒绝、退出和密钥使用。Logins, refusals, log-outs and uses of keys, the newest first."""
    from datetime import UTC, datetime, timedelta

    from rich.table import Table

    from db.access_log import accesses
    from db.engine import reading

    heads = ("时间 at", "事件 what", "名称 name", "企业 enterprise", "地址 address", "次数 count", "说明 detail")
    table = Table(*heads, box=None)
    since = datetime.now(UTC) - timedelta(days=days)
    with reading(open_database(load_settings(data_dir))) as session:
        for each in accesses(session, subject=subject, since=since, limit=limit):
            named = (each.what, each.subject, each.customs_code, each.address)
            table.add_row(moment(each.at), *named, str(each.count), each.detail)
    out().print(table)
