"""`yuyue`: one command per file; each imports what it needs when it runs, so that help is fast."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from cli.access import access
from cli.backup import backup
from cli.calendar.command import calendar
from cli.console import fail
from cli.customs.command import customs
from cli.database import database
from cli.doctor.command import doctor
from cli.import_box.command import import_box
from cli.imports.command import imports
from cli.key import key
from cli.keys import keys
from cli.pki.command import pki
from cli.processes import api, card_agent, worker
from cli.reconcile import reconcile
from cli.records import rebuild, verify
from cli.restore import restore
from cli.revive import revive
from cli.up.command import up
from cli.user import user
from runtime.process_exit import keeping_exit_code


class CommandGroup(TyperGroup):
    """The commands; an error from outside ends one with cause and remedy instead of a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, TyperException):
            raise
        except Exception as error:
            from runtime.diagnosis import explained

            if (found := explained(error)) is None:
                raise
            fail(*found)


class Program(typer.Typer):
    """The program as the shell calls it: also a command that has loaded Temporal's SDK ends with the code it means."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with keeping_exit_code():
            return super().__call__(*args, **kwargs)


app = Program(
    name="yuyue",
    cls=CommandGroup,
    help="预约通关：非工作时间通关预约。Appointments for customs clearance outside working hours.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(up)


@app.command()
def demo() -> None:
    """演示一个顺利的预约和一个逾期的预约。One appointment that goes well, one that becomes overdue."""
    from cli.demo.telling import run

    run()


app.command()(worker)
app.command()(api)
app.command(name="card-agent")(card_agent)
app.command()(verify)
app.command()(rebuild)
app.command()(doctor)
app.command()(backup)
app.command()(restore)
app.command()(reconcile)
app.command()(revive)
app.add_typer(database, name="db")
app.add_typer(calendar, name="calendar")
app.add_typer(imports, name="import")
app.command(name="import-box")(import_box)
app.add_typer(key, name="key")
app.add_typer(keys, name="keys")
app.add_typer(pki, name="pki")
app.add_typer(user, name="user")
app.add_typer(access, name="access")
app.add_typer(customs, name="customs")


@app.command(hidden=True)
def docs(
    *, check: Annotated[bool, typer.Option(help="只检查 / only say whether a page is out of date")] = False
) -> None:
    """生成 docs/ 中的页面。Writes the generated pages of docs/."""
    from cli.docs import main

    raise typer.Exit(main(["--check"] if check else []))
