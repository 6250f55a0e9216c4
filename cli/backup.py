"""`yuyue backup`: a copy of everything of a data directory, taken while the stack runs."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import fail, out
from cli.files import filled_or_empty, make_private

if TYPE_CHECKING:
    from cli.manifest import FileEntry, Manifest
    from cli.up.layout import Layout
    from runtime.settings import Settings

#: Seal keys, the demo's API keys, passwords and PINs in the clear: with them the backup can be read.
KEY_FILES = ("secrets.json", "keys.json", "users.json", "cards.json")
#: Files that every start writes, or that concern this run only; databases are copied by SQLite itself.
LEFT_OUT = ("lock", "logs", "reconcile.json")
DATABASE_SUFFIXES = (".db", ".db-wal", ".db-shm", ".db-journal", ".new")


def backup(
    destination: Annotated[Path, typer.Argument(help="新的或空的文件夹 / a new or empty folder")],
    data_dir: Annotated[Path, typer.Option(help="yuyue up 的数据目录 / data directory of `yuyue up`")] = Path(".yuyue"),
    include_keys: Annotated[
        bool, typer.Option("--include-keys", help="连同密封密钥,请妥善保管 / seal keys too: guard the copy well")
    ] = False,
) -> None:
    """在线备份数据目录。Copies a data directory while the stack runs; restore it with `yuyue restore`."""
    from cli.embedded import load_settings
    from cli.up.layout import Layout

    layout, settings = Layout(data_dir.resolve()), load_settings(data_dir)
    for path in (layout.database, layout.temporal):
        if not path.exists():
            fail(
                f"缺少 {path},没有可备份的,请检查 --data-dir",
                f"{path} is missing: nothing to back up, check --data-dir",
            )
    _demand_empty(destination)
    with filled_or_empty(destination):
        manifest = _copy(layout, destination, settings, include_keys=include_keys)
    _print(manifest, destination)


def _demand_empty(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        fail(f"{folder} 不是空文件夹,请另选一个", f"{folder} is not empty: name another folder")


def _copy(layout: "Layout", destination: Path, settings: "Settings", *, include_keys: bool) -> "Manifest":
    destination.mkdir(mode=0o700, parents=True, exist_ok=True)
    destination.chmod(0o700)
    made_at = datetime.now(UTC)
    _copy_databases(layout, destination)
    _copy_files(layout.root, destination, left_out=LEFT_OUT if include_keys else (*LEFT_OUT, *KEY_FILES))
    _demand_files(destination, settings)
    manifest = _manifest(destination, settings, made_at=made_at, keys_included=include_keys)
    manifest.write(destination)
    return manifest


def _copy_databases(layout: "Layout", destination: Path) -> None:
    """Copies our databases as of one instant; the simulated office's, another system's, at an instant of its own."""
    from rich.progress import Progress

    from cli.snapshots import CopyFailed, copy_together
    from runtime.diagnosis import explain_sqlite

    with Progress(console=out(), transient=True) as bar:
        tasks = {path.name: bar.add_task(path.name) for path in (layout.database, layout.temporal, layout.simulator)}

        def show(name: str, done: int, total: int) -> None:
            bar.update(tasks[name], completed=done, total=total)

        try:
            copy_together(layout.database, [layout.temporal], destination, show)
            if layout.simulator.exists():
                copy_together(layout.simulator, [], destination, show)
        except CopyFailed as failed:
            fail(*explain_sqlite(failed.error, failed.path))


def _copy_files(root: Path, destination: Path, *, left_out: tuple[str, ...]) -> None:
    """Copies all other files; those of the object store are replaced whole, so they may be copied one by one.

    A file that is collected meanwhile belonged to no appointment; a file of an appointment is never collected.
    """
    from runtime.object_names import is_name
    from runtime.objects import FOLDER

    for path in sorted(root.rglob("*")):
        place = path.relative_to(root)
        if not path.is_file() or place.parts[0] in left_out or path.name.endswith(DATABASE_SUFFIXES):
            continue
        if place.parts[0] == FOLDER and not is_name(path.name):
            continue  # an upload that is not complete yet
        target = destination / place
        make_private(target.parent)
        target.touch(mode=0o600)
        try:
            shutil.copyfile(path, target)
        except FileNotFoundError:
            target.unlink()


def _demand_files(copy: Path, settings: "Settings") -> None:
    """Demands that every file of an appointment is in the copy, whole; else the command ends without a backup."""
    from cli.attachments import faults
    from db.engine import connect
    from runtime.objects import FOLDER, Objects
    from runtime.sealing import Sealer

    engine = connect(f"sqlite:///{(copy / 'yuyue.db').resolve()}")
    try:
        objects = Objects.in_folder(copy / FOLDER, Sealer.of(settings))
        wrong = [f"{found.pre_entry_no} {found.detail}" for found in faults(engine, objects)]
    finally:
        engine.dispose()
    if wrong:
        names = ", ".join(wrong[:5])
        fail(
            f"附件缺失或损坏,备份未完成:{names};请先执行 yuyue verify",
            f"files are missing or damaged, this is no whole backup: {names}; run `yuyue verify` first",
        )


def _manifest(folder: Path, settings: "Settings", *, made_at: datetime, keys_included: bool) -> "Manifest":
    from importlib.metadata import version

    from cli.manifest import Manifest
    from db import migrate
    from db.chain_heads import head_of_heads, heads
    from db.engine import connect
    from runtime.sealing import Sealer

    url = f"sqlite:///{(folder / 'yuyue.db').resolve()}"
    revision = migrate.current(url)
    engine = connect(url)
    try:
        ends = heads(engine)
    finally:
        engine.dispose()
    return Manifest(
        made_at=made_at,
        version=version("yuyue"),
        schema_revision=revision,
        appointments=len(ends),
        chain_head=head_of_heads(ends),
        seal_keys=Sealer.of(settings).key_ids,
        keys_included=keys_included,
        files=_entries(folder),
    )


def _entries(folder: Path) -> "list[FileEntry]":
    from cli.manifest import entry

    # Reading the copy may have left empty files beside it.
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [entry(folder, path) for path in found if not path.name.endswith(("-wal", "-shm"))]


def _print(manifest: "Manifest", destination: Path) -> None:
    size = sum(each.size for each in manifest.files)
    out().print(
        f"[green]✓[/] 已备份 backed up: {len(manifest.files)} 个文件 files, {size / 1024**2:.1f} MiB, "
        f"{manifest.appointments} 份预约 appointments → {destination}",
        highlight=False,
    )
    if not manifest.keys_included:
        keys = ", ".join(manifest.seal_keys)
        out().print(
            f"[yellow]![/] 不含密封密钥 {keys}:请另行保管 secrets.json,没有它无法恢复\n"
            f"  the seal keys {keys} are not in it: keep secrets.json elsewhere; without it nothing opens",
            highlight=False,
        )
