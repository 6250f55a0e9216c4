"""Files written whole or not at all."""

import json
import os
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
    """The content as readable JSON, written privately in one step."""
    write_privately(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def write_bytes(path: Path, content: bytes) -> None:
    """As ``write_privately``, for what is no text."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    draft.touch(mode=0o600)
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def make_private(folder: Path) -> None:
    """The folder and those above it that are missing; ``mkdir`` makes the latter for everybody to read."""
    for missing in reversed([each for each in (folder, *folder.parents) if not each.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
