"""The manifest of a backup: one JSON file beside the copies, written last, so that half a backup has none."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from runtime.files import write_json

NAME = "backup.json"
FORMAT = 1


class NoBackup(Exception):
    """The folder has no complete backup; the message says why."""


class FileEntry(BaseModel):
    """One copied file; ``path`` is relative, with slashes; ``size`` in bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    size: int
    sha256: str


class Manifest(BaseModel):
    """The content of a backup; ``made_at`` is just before the instant of the copies.

    ``chain_head`` is one digest over the last hashes of all appointments' chains. ``seal_keys`` are ids; the keys
    themselves are there only if ``keys_included``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    made_at: datetime
    version: str
    schema_revision: str | None
    appointments: int
    chain_head: str
    seal_keys: list[str]
    keys_included: bool
    files: list[FileEntry]

    def write(self, folder: Path) -> None:
        """Writes the manifest, which makes the folder a backup."""
        write_json(folder / NAME, self.model_dump(mode="json"))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Returns the manifest. Raises ``NoBackup`` when there is none, or one of another format."""
        try:
            manifest = cls.model_validate_json((folder / NAME).read_bytes())
        except (OSError, ValidationError) as error:
            raise NoBackup(f"{folder / NAME}: {type(error).__name__}") from error
        if manifest.format != FORMAT:
            raise NoBackup(f"{folder / NAME}: format {manifest.format}")
        return manifest

    def demand_whole(self, folder: Path) -> None:
        """Raises ``NoBackup``, with the first such file, when a file is missing or differs."""
        for entry in self.files:
            path = folder / entry.path
            if not path.resolve().is_relative_to(folder.resolve()):
                raise NoBackup(f"{entry.path}: outside the backup")
            if not path.is_file():
                raise NoBackup(f"{entry.path}: missing")
            if digest(path) != entry.sha256:
                raise NoBackup(f"{entry.path}: changed since the backup")


def entry(folder: Path, path: Path) -> FileEntry:
    """Returns the entry of the file as it is now."""
    return FileEntry(path=path.relative_to(folder).as_posix(), size=path.stat().st_size, sha256=digest(path))


def digest(path: Path) -> str:
    """Returns the SHA-256 of the file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
