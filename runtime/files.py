"""Writes files whole or not at all."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def write_privately(path: Path, text: str) -> None:
    """Replaces the file in one step; only its owner may read it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.touch(mode=0o600)
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def write_json(path: Path, content: Any) -> None:
    """Writes the content as indented JSON, as ``write_privately`` does."""
    write_privately(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def write_bytes(path: Path, content: bytes) -> None:
    """Replaces the file in one step with these bytes; only its owner may read it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    draft.touch(mode=0o600)
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def filled_or_empty(folder: Path) -> Iterator[None]:
    """Removes what the block wrote into an empty or missing folder if it fails: half of it helps nobody."""
    was_there = folder.exists()
    try:
        yield
    except BaseException:
        if folder.is_dir():
            empty(folder)
            if not was_there:
                folder.rmdir()
        raise


def empty(folder: Path) -> None:
    """Removes everything in the folder."""
    for each in folder.iterdir():
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()


def make_private(folder: Path) -> None:
    """Makes the folder and its missing parents, for the owner alone; ``mkdir`` would make the parents for everybody."""
    for missing in reversed([each for each in (folder, *folder.parents) if not each.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
