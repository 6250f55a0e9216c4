"""`yuyue key …`."""

from datetime import datetime
from typing import Annotated

import typer

from cli.console import fail, out
from cli.embedded import DataDir, load_settings, open_database

key = typer.Typer(help="API 密钥。API keys.", no_args_is_help=True)

SCOPES = ("appointments", "receipts", "operations")

Name = Annotated[str, typer.Option(help="名称，记入日志和事件 / its name, in logs and events")]
CustomsCode = Annotated[
    str | None, typer.Option(help="企业 10 位编码，用于 appointments / the enterprise's code, for appointments")
]
Expires = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="最后有效日，北京时间 / its last day, in Shanghai")
]


@key.command()
def add(
    *,
    name: Name,
    scope: Annotated[list[str], typer.Option(help=f"用途，可重复 / what it opens, repeatable: {', '.join(SCOPES)}")],
    customs_code: CustomsCode = None,
    expires: Expires = None,
    data_dir: DataDir = None,
) -> None:
    """新增密钥,只显示一次。Makes a key and prints it once; only its hash is kept."""
    from datetime import UTC, timedelta

    from domain.instants import at
    from identity.keys import Grant, issue
    from identity.principal import Scope

    unknown = set(scope) - set(SCOPES)
    if unknown:
        fail(f"没有这种用途：{', '.join(unknown)}", f"no such scope: {', '.join(unknown)}")
    end = at(expires.date() + timedelta(days=1)) if expires else None
    grant = Grant(name, frozenset(map(Scope, scope)), customs_code, end)
    try:
        made = issue(open_database(load_settings(data_dir)), grant, at=datetime.now(UTC))
    except ValueError as error:
        fail("密钥未生成", str(error))
    out().print(made, markup=False, highlight=False)


@key.command(name="list")
def listing(data_dir: DataDir = None) -> None:
    """列出密钥,不含密钥本身。Lists all keys by name; the keys themselves are nowhere."""
    from rich.table import Table

    from cli.console import moment
    from db.engine import reading
    from db.keys import all_keys

    heads = ("名称 name", "用途 scopes", "企业 enterprise", "创建 created", "到期 expires", "撤销 revoked")
    table = Table(*heads, "最近使用 last used", box=None)
    with reading(open_database(load_settings(data_dir))) as session:
        for each in all_keys(session):
            times = (each.created_at, each.expires_at, each.revoked_at, each.last_used_at)
            table.add_row(each.name, " ".join(sorted(each.scopes)), each.customs_code, *map(moment, times))
    out().print(table)


@key.command()
def revoke(
    name: Annotated[str, typer.Argument(help="名称 / name")],
    data_dir: DataDir = None,
) -> None:
    """撤销该名称的所有密钥,立即生效。Revokes every key of that name, from the next request on."""
    from datetime import UTC

    from db import keys

    revoked = keys.revoke(open_database(load_settings(data_dir)), name, at=datetime.now(UTC))
    if not revoked:
        fail(f"没有名为 {name} 的有效密钥", f"there is no valid key named {name}")
    out().print(f"✓ 已撤销 {revoked} 个 / revoked: {revoked}", highlight=False)
