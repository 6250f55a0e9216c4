"""`yuyue user …`: passwords are asked for, or read from standard input; never on the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import fail, moment, out
from cli.embedded import DataDir, load_settings, open_database

if TYPE_CHECKING:
    from db.users import User
    from identity.principal import Role
    from identity.users import Users

user = typer.Typer(help="登录用户。Users who log in with a password.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="用户名 / user name")]

DisplayName = Annotated[str | None, typer.Option(help="姓名，密封保存 / the name people read, sealed at rest")]
Administrator = Annotated[bool, typer.Option("--administrator", help="企业管理员 / manages the enterprise's users")]
MayDeclare = Annotated[
    bool, typer.Option("--may-declare/--may-only-draft", help="可申报 / 仅录入 (may declare, or may only draft)")
]

ROLES = ("viewer", "case_officer", "calendar_keeper", "administrator")
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", help=f"运维人员的角色，可重复 / of an operator, repeatable: {', '.join(ROLES)}"),
]
Ports = Annotated[
    str | None, typer.Option(help="日历维护的口岸，如 2248,2225，或 all / ports of a calendar keeper, or all")
]

_WEAK = {
    "too_short": ("密码至少 12 个字符", "a password has at least 12 characters"),
    "too_long": ("密码至多 128 个字符", "a password has at most 128 characters"),
    "guessable": ("密码太容易猜到，请换一个", "that password is too easy to guess; take another one"),
    "different": ("两次输入的密码不同", "the two passwords differ"),
}


@user.command()
def add(  # noqa: PLR0913 each option is a parameter
    *,
    name: Name,
    customs_code: Annotated[str | None, typer.Option(help="企业 10 位编码 / the enterprise's customs code")] = None,
    operator: Annotated[bool, typer.Option("--operator", help="运维人员 / an operator instead")] = False,
    display_name: DisplayName = None,
    administrator: Administrator = False,
    may_declare: MayDeclare = True,
    role: Roles = None,
    ports: Ports = None,
    data_dir: DataDir = None,
) -> None:
    """新增用户。Adds a user of an enterprise, or an operator, with all roles unless told. Asks for the password."""
    from datetime import UTC, datetime

    from domain.actor import ActorKind
    from identity.principal import ALL_ROLES
    from identity.users import Rights

    kind = ActorKind.OPERATOR if operator else ActorKind.ENTERPRISE
    if (role or ports) and not operator:
        fail("角色和口岸只用于运维人员", "roles and ports are for operators")
    roles = (_roles(role) or ALL_ROLES) if operator else None
    rights = Rights(administrator, may_declare, roles, _ports(ports))
    fields: dict[str, Any] = {"display_name": display_name, "rights": rights}
    with _users(data_dir, name, display_name) as users:
        made = users.add(name, _password(), kind=kind, customs_code=customs_code, at=datetime.now(UTC), **fields)
    out().print(f"✓ {made}", highlight=False)


@user.command()
def grant(
    *,
    name: Name,
    administrator: Administrator = False,
    may_declare: MayDeclare = True,
    display_name: DisplayName = None,
    data_dir: DataDir = None,
) -> None:
    """设置企业用户的权限。Sets what a user of an enterprise may do there; sessions go on with it."""
    from identity.users import Rights

    with _users(data_dir, name, display_name) as users:
        users.grant(name, Rights(administrator, may_declare), display_name)
    out().print("✓ 权限已更新 / the rights were changed", highlight=False)


@user.command(name="set")
def set_operator(
    *,
    name: Name,
    role: Roles = None,
    ports: Ports = None,
    display_name: DisplayName = None,
    data_dir: DataDir = None,
) -> None:
    """设置运维人员的角色和口岸。Sets roles and ports of an operator; the rest stays. Sessions go on with it."""
    from identity.users import OperatorChange

    change = OperatorChange(_roles(role), _ports(ports), all_ports=ports == "all", display_name=display_name)
    with _users(data_dir, name, display_name) as users:
        after = users.set_operator(name, change)
    out().print(f"✓ {_rights(after)}", highlight=False)


@user.command(name="list")
def listing(data_dir: DataDir = None) -> None:
    """列出用户。Lists all users."""
    from rich.table import Table

    from db.engine import reading
    from db.users import all_users

    heads = ("用户 user", "身份 kind", "企业 enterprise", "权限 rights", "创建 created", "停用 disabled")
    table = Table(*heads, box=None)
    with reading(open_database(load_settings(data_dir))) as session:
        for each in all_users(session):
            times = map(moment, (each.created_at, each.disabled_at))
            table.add_row(each.username, each.kind, each.customs_code, _rights(each), *times)
    out().print(table)


@user.command()
def disable(name: Name, data_dir: DataDir = None) -> None:
    """停用用户,其会话随即结束。Nobody logs in under this name any more; its sessions end."""
    from datetime import UTC, datetime

    with _users(data_dir, name) as users:
        ended = users.disable(name, at=datetime.now(UTC))
    out().print(f"✓ 已停用，结束会话 {ended} 个 / disabled, sessions ended: {ended}", highlight=False)


@user.command()
def passwd(name: Name, data_dir: DataDir = None) -> None:
    """设置新密码,其会话随即结束。Sets a new password, which is asked for; the user's sessions end."""
    with _users(data_dir, name) as users:
        users.set_password(name, _password())
    out().print("✓ 密码已更新 / the password was changed", highlight=False)


def _rights(each: "User") -> str:
    if each.customs_code is None:
        return " ".join([*sorted(each.roles or ()), *sorted(each.ports or ())])
    words = ["管理 administers"] * each.administrator + ["申报 declares" if each.may_declare else "仅录入 drafts"]
    return ", ".join(words)


def _roles(given: list[str] | None) -> "frozenset[Role] | None":
    """Returns the roles; None if none is given. Ends the command for an unknown one."""
    from identity.principal import Role

    if unknown := set(given or ()) - set(ROLES):
        fail(f"没有这种角色：{', '.join(sorted(unknown))}", f"no such role: {', '.join(sorted(unknown))}")
    return frozenset(map(Role, given)) if given else None


def _ports(given: str | None) -> frozenset[str] | None:
    """Returns the ports; None for all of them, and if none is given."""
    return None if given is None or given == "all" else frozenset(each.strip() for each in given.split(","))


@contextmanager
def _users(data_dir: Path | None, name: str, display_name: str | None = None) -> Iterator["Users"]:
    """Yields the users; ends the command with a message when a call refuses."""
    from db.seeds import DEMO_USER
    from identity.names import canonical_name
    from identity.password_strength import WeakPassword
    from identity.passwords import Passwords
    from identity.users import Users
    from runtime.startup_checks import proven_sealer

    settings = load_settings(data_dir)
    if canonical_name(name).startswith(DEMO_USER) and not settings.sandbox:
        fail(f"{DEMO_USER}… 只用于沙盒", f"names that begin with {DEMO_USER} are for the sandbox")
    passwords, engine = Passwords(), open_database(settings)
    try:
        yield Users(engine, passwords, proven_sealer(settings, engine) if display_name else None)
    except WeakPassword as weak:
        fail(*_WEAK[str(weak)])
    except ValueError as error:
        fail("未完成", str(error))
    finally:
        passwords.close()


def _password() -> str:
    """Returns a password: typed twice at a terminal, else one line of standard input."""
    from identity.password_strength import WeakPassword

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = typer.prompt("密码 password", hide_input=True)
    if first != typer.prompt("再次输入 again", hide_input=True):
        raise WeakPassword("different")
    return str(first)
