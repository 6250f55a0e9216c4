"""Four boxes on a disk, and zips as customs writes them."""

import io
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from customs.channels.directory.local import LocalStorage
from customs.channels.directory.storage import Box


def boxes(root: Path) -> LocalStorage:
    """The storage of four new, empty boxes."""
    for box in Box:
        (root / box).mkdir(parents=True)
    return LocalStorage(root)


def zipped(*entries: tuple[str, bytes]) -> bytes:
    """A zip with these entries."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return packed.getvalue()


def names(storage: LocalStorage, box: Box) -> list[str]:
    """The names in a box, sorted."""
    return sorted(file.name for file in storage.files(box))
