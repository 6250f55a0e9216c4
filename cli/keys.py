"""`yuyue keys …`: the keys that seal personal fields. API keys are `yuyue key …`."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.algorithms import algorithm as named
from cli.console import fail, out
from cli.embedded import DataDir, load_settings, open_database

if TYPE_CHECKING:
    from runtime.sealing import Sealer
    from runtime.settings import Settings

keys = typer.Typer(help="密封密钥。The keys that seal personal fields and files.", no_args_is_help=True)

RESTART = "请停止全部进程后再启动 / stop all processes, then start them again"


@keys.command(name="list")
def list_(data_dir: DataDir = None) -> None:
    """列出密钥、用途和引用数。Every key known here: what it does, and how many rows and files need it."""
    from rich.table import Table

    from db.engine import reading
    from db.seal_keys import all_keys, references
    from runtime.sealing import FINGERPRINT_KEY, mark

    settings = load_settings(data_dir)
    sealer = _sealer(settings)
    table = Table("密钥 key", "算法 algorithm", "状态 standing", "首次使用 first used", "引用 rows", "附件 files")
    files = _files(settings, sealer)
    with reading(open_database(settings)) as session:
        known = {key.kid: key for key in all_keys(session)}
        for kid in [*sealer.key_ids, *(kid for kid in known if kid not in sealer.key_ids)]:
            if kid == FINGERPRINT_KEY:
                continue
            key = known.get(kid)
            since = key.first_used_at.isoformat(timespec="seconds") if key else "-"
            rows = sum(references(session, mark(kid)).values())
            told_algorithm = sealer.algorithm_of(kid) if sealer.has(kid) else "-"
            table.add_row(
                kid,
                told_algorithm,
                _status(sealer, kid, key.proof if key else None),
                since,
                str(rows),
                str(files[kid]),
            )
    out().print(table)


@keys.command()
def rotate(
    data_dir: DataDir = None,
    algorithm: Annotated[
        str | None, typer.Option(help="aes-256-gcm 或 sm4-gcm；默认不变 / as the present key's when left out")
    ] = None,
) -> None:
    """新增一把密钥,此后用它密封。A new key seals from the next start on; the others go on opening."""
    from db.engine import reading
    from db.seal_keys import all_keys
    from runtime.sealing import new_key

    settings = load_settings(data_dir)
    sealer = _sealer(settings)
    chosen = named(algorithm) if algorithm else sealer.algorithm
    with reading(open_database(settings)) as session:
        taken = {key.kid for key in all_keys(session)} | set(sealer.key_ids)
    kid = next(f"k{number}" for number in range(1, len(taken) + 2) if f"k{number}" not in taken)
    place = _write(data_dir, settings, lambda pairs: [f"{kid}:{new_key(chosen)}", *pairs])
    out().print(f"[green]✓[/] 新密钥 new key {kid} ({chosen}) → {place}\n  {RESTART}", highlight=False)


@keys.command()
def rewrap(data_dir: DataDir = None) -> None:
    """附件改由当前密钥保护,未加密的就地加密。The key that seals now takes over every file; clear ones are encrypted."""
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from runtime.objects import Objects

    settings = load_settings(data_dir)
    sealer = _sealer(settings)
    columns = (SpinnerColumn(), TextColumn("{task.completed} 个附件 files"))
    before: Counter[str | None] = Counter()
    with Progress(*columns, console=out(), transient=True) as bar:
        for each in bar.track(Objects.of(settings, sealer).rewrap(), total=None):
            before[each.kid] += 1
    damaged, clear = before.pop("?", 0), before.pop(None, 0)
    out().print(
        f"[green]✓[/] {sealer.key_ids[0]}: 改封 rewrapped {before.total()}, 加密 encrypted {clear}", highlight=False
    )
    if damaged:
        fail(f"{damaged} 个附件已损坏，未改动：yuyue verify", f"{damaged} files are damaged and stay as they are")


@keys.command()
def retire(kid: Annotated[str, typer.Argument(help="密钥编号 / key id")], data_dir: DataDir = None) -> None:
    """停用一把不再被引用的密钥。Takes a key away for good, when nothing sealed with it is left."""
    from db import seal_keys
    from db.engine import reading
    from runtime.sealing import FINGERPRINT_KEY, mark

    settings = load_settings(data_dir)
    engine, sealer = open_database(settings), _sealer(settings)
    ids = sealer.key_ids
    with reading(engine) as session:
        known = {key.kid for key in seal_keys.all_keys(session)}
        needed = seal_keys.references(session, mark(kid))
    if kid == FINGERPRINT_KEY or kid not in known | set(ids):
        fail(f"没有密钥 {kid}", f"there is no key {kid}")
    if kid == ids[0]:
        fail(f"{kid} 正在使用，请先 yuyue keys rotate", f"{kid} is the one that seals: `yuyue keys rotate` first")
    if needed:
        places = ", ".join(f"{place}: {count}" for place, count in needed.items())
        fail(f"仍有内容由 {kid} 密封，不能停用：{places}", f"{kid} has sealed what is still here: {places}")
    if files := _files(settings, sealer)[kid]:
        fail(
            f"{files} 个附件仍由 {kid} 保护，请先 yuyue keys rewrap",
            f"{files} files still need {kid}: `yuyue keys rewrap` first",
        )
    place = _write(data_dir, settings, lambda pairs: [pair for pair in pairs if not pair.startswith(f"{kid}:")])
    seal_keys.remove(engine, kid)
    out().print(f"[green]✓[/] 已停用 retired: {kid} ({place})", highlight=False)


def _files(settings: "Settings", sealer: "Sealer") -> "Counter[str | None]":
    """Returns the number of files that need each key."""
    from runtime.objects import Objects

    return Counter(each.kid for each in Objects.of(settings, sealer).wrapped())


def _sealer(settings: "Settings") -> "Sealer":
    from runtime.diagnosis import explain_keys
    from runtime.sealing import KeyringError, Sealer

    try:
        return Sealer.of(settings)
    except (KeyringError, OSError) as error:
        fail(*explain_keys(error))


def _status(sealer: "Sealer", kid: str, proof: str | None) -> str:
    if not sealer.has(kid):
        return "[red]缺失 missing[/]"
    if proof is not None and not sealer.proves(kid, proof):
        return "[red]不符 wrong key[/]"
    return "密封 seals" if kid == sealer.key_ids[0] else "仅解封 opens"


def _write(data_dir: Path | None, settings: "Settings", change: Callable[[list[str]], list[str]]) -> Path:
    """Writes the keys to their file; keys in a variable of the environment cannot be changed here."""
    from runtime.files import write_json, write_privately
    from runtime.layout import Layout

    if data_dir:
        path = Layout(data_dir.resolve()).secrets
        secrets = json.loads(path.read_text("utf-8"))
        write_json(path, secrets | {"seal_keys": ",".join(change(_pairs(secrets["seal_keys"])))})
        return path
    if settings.seal_key_file is None or settings.seal_keys is not None:
        fail(
            "密钥在环境变量中，无法改写：请改用 YUYUE_SEAL_KEY_FILE",
            "the keys are in the environment, which no command can change: use YUYUE_SEAL_KEY_FILE instead",
        )
    write_privately(settings.seal_key_file, "\n".join(change(_pairs(settings.seal_key_file.read_text("ascii")))) + "\n")
    return settings.seal_key_file


def _pairs(text: str) -> list[str]:
    return text.replace(",", " ").split()
