"""`yuyue backup`: a copy of everything of a data directory, taken while the stack runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import fail, out
from runtime.files import filled_or_empty

if TYPE_CHECKING:
    from runtime.backup.manifest import Manifest
    from runtime.layout import Layout
    from runtime.settings import Settings


def backup(
    destination: Annotated[Path, typer.Argument(help="新的或空的文件夹 / a new or empty folder")],
    data_dir: Annotated[Path, typer.Option(help="yuyue up 的数据目录 / data directory of `yuyue up`")] = Path(".yuyue"),
    include_keys: Annotated[
        bool, typer.Option("--include-keys", help="连同密封密钥，请妥善保管 / seal keys too: guard the copy well")
    ] = False,
) -> None:
    """在线备份数据目录。Copies a data directory while the stack runs; restore it with `yuyue restore`."""
    from cli.embedded import load_settings
    from runtime.layout import Layout

    layout, settings = Layout(data_dir.resolve()), load_settings(data_dir)
    for path in (layout.database, layout.temporal):
        if not path.exists():
            fail(
                f"缺少 {path}，没有可备份的，请检查 --data-dir",
                f"{path} is missing: nothing to back up, check --data-dir",
            )
    _demand_empty(destination)
    with filled_or_empty(destination):
        manifest = _copy(layout, destination, settings, include_keys=include_keys)
    _print(manifest, destination)


def _demand_empty(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        fail(f"{folder} 不是空文件夹，请另选一个", f"{folder} is not empty: name another folder")


def _copy(layout: "Layout", destination: Path, settings: "Settings", *, include_keys: bool) -> "Manifest":
    from rich.progress import Progress, TaskID

    from runtime.backup.copying import FilesDamaged, copy
    from runtime.backup.snapshots import CopyFailed
    from runtime.diagnosis import explain_sqlite

    destination.mkdir(mode=0o700, parents=True, exist_ok=True)
    destination.chmod(0o700)
    with Progress(console=out(), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def show(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name)
            bar.update(tasks[name], completed=done, total=total)

        try:
            return copy(layout, settings, destination, include_keys=include_keys, progress=show)
        except CopyFailed as failed:
            fail(*explain_sqlite(failed.error, failed.path))
        except FilesDamaged as damaged:
            fail(
                f"附件缺失或损坏，备份未完成：{damaged}；请先执行 yuyue verify",
                f"files are missing or damaged, this is no whole backup: {damaged}; run `yuyue verify` first",
            )


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
            f"[yellow]![/] 不含密封密钥 {keys}：请另行保管 secrets.json，没有它无法恢复\n"
            f"  the seal keys {keys} are not in it: keep secrets.json elsewhere; without it nothing opens",
            highlight=False,
        )
