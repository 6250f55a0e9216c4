"""`yuyue pki …`: certificates, cards and revocation lists for the sandbox."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from cli.console import fail, out

if TYPE_CHECKING:
    from cli.pki.authority import Authority


class AuthorityGroup(TyperGroup):
    """The commands; a damaged file of the authority ends one with cause and remedy."""

    def invoke(self, ctx: Any) -> Any:
        from cli.pki.authority import AuthorityDamaged

        try:
            return super().invoke(ctx)
        except AuthorityDamaged as damaged:
            fail(
                f"{damaged} 已损坏，请换用副本，或用 yuyue pki init 在空目录中新建",
                f"{damaged} is damaged: put a copy there, or make a new authority with `yuyue pki init`",
            )


pki = typer.Typer(
    cls=AuthorityGroup,
    help="沙箱发证，仅供试用。Cards and certificates for the SANDBOX ONLY: they prove nothing.",
    no_args_is_help=True,
)

LOUD = "沙箱专用：这里的证书不证明任何身份\n  SANDBOX ONLY: these certificates prove nothing about anybody"
PIN_DIGITS = 8

Folder = Annotated[Path, typer.Argument(help="发证目录 / the authority's folder")]


@pki.command()
def init(folder: Folder) -> None:
    """新建根、发证机构和吊销列表。Roots, issuing authorities and revocation lists, for P-256 and SM2."""
    from cli.pki.authority import Authority, NotAnAuthority

    _warn()
    try:
        made = Authority.create(folder, datetime.now(UTC))
    except NotAnAuthority as error:
        fail(f"{folder} 不是空目录，请另选一个", f"{error}: name another folder")
    out().print(f"[green]✓[/] YUYUE_TRUST_DIR={made.trust.resolve()}", highlight=False)


@pki.command()
def card(
    folder: Folder,
    *,
    customs_code: Annotated[str, typer.Option(help="企业 10 位编码 / the enterprise's code")],
    name: Annotated[str, typer.Option(help="卡名，字母数字 / the card's name")] = "card",
    kind: Annotated[str, typer.Option(help="p256、sm2 或 rsa / p256, sm2 or rsa")] = "p256",
    days: Annotated[int, typer.Option(min=1, max=3650, help="有效天数 / days it is valid")] = 365,
    pin: Annotated[str | None, typer.Option(help="口令；不给则随机 / the PIN; a random one when left out")] = None,
) -> None:
    """制卡:登录、签名各一把密钥。A software card with two keys: to log in, and to sign."""
    from cli.pki.authority import CARDS

    authority = _open(folder)
    if kind not in CARDS:
        fail("种类应为 p256、sm2 或 rsa", "the kind is p256, sm2 or rsa")
    if not re.fullmatch(r"[0-9]{4}[0-9A-Z]{6}", customs_code) or not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", name):
        fail("企业编码或卡名无效", "a customs code has 10 characters, a name letters, digits, _ and -")
    chosen = pin or _random_pin()
    try:
        made = authority.card(customs_code, name, kind=kind, pin=chosen, days=days, at=datetime.now(UTC))
    except FileExistsError:
        fail(f"已有这张卡：{customs_code}-{name}", f"there is such a card already: {customs_code}-{name}")
    out().print(f"[green]✓[/] {made.folder}", highlight=False)
    for use, serial in made.serials.items():
        out().print(f"  {use} {serial}", highlight=False)
    if pin is None:
        out().print(f"  PIN {chosen} （只显示一次 / shown once）", highlight=False)


@pki.command()
def revoke(folder: Folder, serial: Annotated[str, typer.Argument(help="证书序列号 / serial number")]) -> None:
    """吊销证书并更新吊销列表。Revokes a certificate and renews the lists at once."""
    authority = _open(folder)
    try:
        authority.revoke(serial, datetime.now(UTC))
    except KeyError:
        fail(f"没有发过 {serial}", f"{serial} was not issued here")
    out().print(f"[green]✓[/] 已吊销 revoked: {serial}", highlight=False)


@pki.command()
def renew(
    folder: Folder, days: Annotated[int, typer.Option(min=1, max=365, help="有效天数 / days they are good for")] = 30
) -> None:
    """更新吊销列表。New revocation lists."""
    _open(folder).renew(datetime.now(UTC), days)
    out().print(f"[green]✓[/] 吊销列表有效 {days} 天 / the revocation lists are good for {days} days", highlight=False)


@pki.command(name="list")
def list_(folder: Folder) -> None:
    """列出发过的证书。Every certificate that was issued."""
    for each in _open(folder).issued():
        revoked = f" 已吊销 revoked {each['revoked_at'][:19]}" if "revoked_at" in each else ""
        known = f"{each['kind']} {each['use']:7} {each['customs_code']}-{each['name']} → {each['until'][:10]}"
        out().print(f"{each['serial']} {known}{revoked}", markup=False, highlight=False)


def _open(folder: Path) -> "Authority":
    from cli.pki.authority import Authority, NotAnAuthority

    _warn()
    try:
        return Authority(folder)
    except NotAnAuthority as error:
        fail(f"{folder} 不是发证目录，请先 yuyue pki init", f"{error}: run `yuyue pki init` first")


def _warn() -> None:
    from rich.console import Console

    Console(stderr=True, highlight=False).print(f"! {LOUD}", style="bold yellow")


def _random_pin() -> str:
    import secrets

    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"
