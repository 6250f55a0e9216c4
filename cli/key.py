"""`yuyue key …`."""

from typing import Annotated

import typer

from cli.console import fail, out
from cli.embedded import DataDir, settings

key = typer.Typer(help="API 密钥。API keys.", no_args_is_help=True)

SCOPES = ("appointments", "receipts", "operations")


@key.command()
def add(
    name: Annotated[str, typer.Option(help="名称,记入日志和事件 / its name, in logs and events")],
    scope: Annotated[list[str], typer.Option(help=f"用途,可重复 / what it opens, repeatable: {', '.join(SCOPES)}")],
    customs_code: Annotated[
        str | None, typer.Option(help="企业 10 位编码,用于 appointments / the enterprise's code, for appointments")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """新增密钥,只显示一次。Makes a key and prints it once; only its hash is kept."""
    from datetime import UTC, datetime

    from db.engine import connect
    from identity.keys import issue
    from identity.principal import Scope

    unknown = set(scope) - set(SCOPES)
    if unknown:
        fail(f"没有这种用途:{', '.join(unknown)}", f"no such scope: {', '.join(unknown)}")
    engine = connect(settings(data_dir).database_url)
    try:
        scopes = frozenset(map(Scope, scope))
        made = issue(engine, name=name, scopes=scopes, customs_code=customs_code, at=datetime.now(UTC))
    except ValueError as error:
        fail("密钥未生成", str(error))
    out().print(made, markup=False, highlight=False)
