"""Copies a data directory while the stack runs, and writes the manifest that makes the copy a backup."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from db import schema_version
from db.chain_heads import head_of_heads, heads
from db.engine import connect
from runtime.backup.manifest import FileEntry, Manifest, entry
from runtime.backup.snapshots import Progress, copy_together
from runtime.file_faults import faults
from runtime.files import make_private
from runtime.layout import Layout
from runtime.object_names import is_name
from runtime.objects import FOLDER, Objects
from runtime.sealing import Sealer
from runtime.settings import Settings

#: Seal keys, the demo's API keys, passwords and PINs in the clear: with them the backup can be read.
KEY_FILES = ("secrets.json", "keys.json", "users.json", "cards.json")
#: Files that every start writes, or that concern this run only; databases are copied by SQLite itself.
LEFT_OUT = ("lock", "logs", "reconcile.json")
DATABASE_SUFFIXES = (".db", ".db-wal", ".db-shm", ".db-journal", ".new")


class FilesDamaged(Exception):
    """Files of appointments are missing or damaged, so that the copy is no whole backup; the message names some."""


def copy(
    layout: Layout, settings: Settings, destination: Path, *, include_keys: bool = False, progress: Progress
) -> Manifest:
    """Makes a backup in an empty folder and returns its manifest. Raises ``FilesDamaged``.

    Calls ``progress`` with the name of a database and its pages, and with ``files`` and the number of files copied.
    """
    made_at = datetime.now(UTC)
    _copy_databases(layout, destination, progress)
    left_out = LEFT_OUT if include_keys else (*LEFT_OUT, *KEY_FILES)
    _copy_files(layout.root, destination, left_out, lambda done, total: progress("files", done, total))
    _demand_files(destination, settings)
    manifest = _manifest(destination, settings, made_at=made_at, keys_included=include_keys)
    manifest.write(destination)
    return manifest


def _copy_databases(layout: Layout, destination: Path, progress: Progress) -> None:
    """Copies our databases as of one instant; the simulated office's, another system's, at an instant of its own."""
    copy_together(layout.database, [layout.temporal], destination, progress)
    if layout.simulator.exists():
        copy_together(layout.simulator, [], destination, progress)


def _copy_files(root: Path, destination: Path, left_out: tuple[str, ...], progress: Callable[[int, int], None]) -> None:
    """Copies all other files; those of the object store are replaced whole, so they may be copied one by one.

    A file that is collected meanwhile belonged to no appointment; a file of an appointment is never collected.
    """
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    wanted = [path for path in files if _is_copied(path.relative_to(root), left_out)]
    for done, path in enumerate(wanted):
        progress(done, len(wanted))
        target = destination / path.relative_to(root)
        make_private(target.parent)
        target.touch(mode=0o600)
        try:
            shutil.copyfile(path, target)
        except FileNotFoundError:
            target.unlink()


def _is_copied(place: Path, left_out: tuple[str, ...]) -> bool:
    if place.parts[0] in left_out or place.name.endswith(DATABASE_SUFFIXES):
        return False
    return place.parts[0] != FOLDER or is_name(place.name)  # another name is an upload that is not complete yet


def _demand_files(copied: Path, settings: Settings) -> None:
    """Raises ``FilesDamaged`` unless every file of an appointment is in the copy, whole."""
    engine = connect(f"sqlite:///{(copied / 'yuyue.db').resolve()}")
    try:
        objects = Objects.in_folder(copied / FOLDER, Sealer.of(settings))
        wrong = [f"{found.pre_entry_no} {found.detail}" for found in faults(engine, objects)]
    finally:
        engine.dispose()
    if wrong:
        raise FilesDamaged(", ".join(wrong[:5]))


def _manifest(folder: Path, settings: Settings, *, made_at: datetime, keys_included: bool) -> Manifest:
    url = f"sqlite:///{(folder / 'yuyue.db').resolve()}"
    engine = connect(url)
    try:
        revision = schema_version.revision(engine)
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


def _entries(folder: Path) -> list[FileEntry]:
    # Reading the copy may have left empty files beside it.
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [entry(folder, path) for path in found if not path.name.endswith(("-wal", "-shm"))]
