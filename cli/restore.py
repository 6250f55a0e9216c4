"""`yuyue restore`: a backup becomes a data directory of its own, which then has to be reconciled with customs."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import fail, out
from runtime.files import filled_or_empty, make_private

if TYPE_CHECKING:
    from runtime.backup.manifest import Manifest


def restore(
    source: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="备份文件夹 / a backup")],
    data_dir: Annotated[Path, typer.Option(help="新的或空的数据目录 / a new or empty data directory")],
    keys: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="另行保管的 secrets.json / secrets.json, when kept elsewhere"),
    ] = None,
) -> None:
    """从备份恢复到新的数据目录。Makes a data directory from a backup; overwrites nothing."""
    from runtime.backup.restored import is_unfinished, mark_restored, restoring

    manifest = _checked(source)
    if data_dir.exists() and any(data_dir.iterdir()) and not is_unfinished(data_dir):
        fail(
            f"{data_dir} 不是空文件夹，未恢复，请另选一个",
            f"{data_dir} is not empty: nothing was restored; name another folder",
        )
    if not manifest.keys_included and keys is None:
        fail(
            f"备份不含密封密钥 {', '.join(manifest.seal_keys)}，请用 --keys 指明保管的 secrets.json",
            "the backup holds no seal keys: name the secrets.json you kept with --keys",
        )
    _demand_keys(source, keys or source / "secrets.json")
    with filled_or_empty(data_dir), restoring(data_dir):
        _copy(manifest, source, data_dir)
        if keys is not None:
            _put(keys, data_dir / "secrets.json")
        mark_restored(data_dir, manifest.made_at)
    _print(manifest, data_dir)


def _checked(source: Path) -> "Manifest":
    from runtime.backup.manifest import Manifest, NoBackup
    from runtime.backup.snapshots import SnapshotDamaged, demand_sound

    try:
        manifest = Manifest.read(source)
        manifest.demand_whole(source)
        for each in manifest.files:
            if each.path.endswith(".db"):
                demand_sound(source / each.path)
    except (NoBackup, SnapshotDamaged) as error:
        fail(
            f"备份不完整，未恢复，请换另一份备份：{error}",
            f"not a sound backup, nothing was restored; use another one: {error}",
        )
    return manifest


def _demand_keys(source: Path, secrets: Path) -> None:
    """Demands that every key that ever sealed in the backup is in the file."""
    import json
    from contextlib import closing

    from runtime.backup.snapshots import open_copy
    from runtime.sealing import Keyring, KeyringError, Sealer

    try:
        given = json.loads(secrets.read_text("utf-8"))
        sealer = Sealer(Keyring.parse(given["seal_keys"], given["fingerprint_key"]))
    except (ValueError, KeyError, TypeError, KeyringError):
        fail(
            f"{secrets} 不是密钥文件，未恢复，请用 --keys 指明保管的 secrets.json",
            f"{secrets} holds no seal keys, nothing was restored: name the secrets.json you kept with --keys",
        )
    with closing(open_copy(source / "yuyue.db")) as database:
        known = database.execute("SELECT kid, proof FROM seal_keys").fetchall()
    wrong = [kid for kid, proof in known if not (sealer.has(kid) and sealer.proves(kid, proof))]
    if wrong:
        fail(
            f"{secrets} 缺少密钥或密钥不符：{', '.join(wrong)}，未恢复",
            f"{secrets} lacks these keys, or has others of their names: {', '.join(wrong)}; nothing was restored",
        )


def _copy(manifest: "Manifest", source: Path, data_dir: Path) -> None:
    for each in manifest.files:
        _put(source / each.path, data_dir / each.path)


def _put(path: Path, target: Path) -> None:
    make_private(target.parent)
    target.touch(mode=0o600)
    shutil.copyfile(path, target)


def _print(manifest: "Manifest", data_dir: Path) -> None:
    out().print(
        f"[green]✓[/] 已恢复 restored: {manifest.appointments} 份预约 appointments, "
        f"截至 as of {manifest.made_at.isoformat(timespec='seconds')} → {data_dir}\n"
        f"[yellow]![/] 此后发生的事只有海关知道。下一步 what came later only customs knows. Next:\n"
        f"  yuyue up --data-dir {data_dir}\n"
        f"  yuyue reconcile --data-dir {data_dir}\n"
        f"  yuyue verify --data-dir {data_dir}",
        highlight=False,
    )
