"""The store of attached files, each under the SHA-256 of its content: a directory, or any S3.

What is there never changes; putting it there again is the same, and heals what was damaged.
"""

import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Self

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from runtime.settings import Settings

FOLDER = "objects"
_S3 = "s3://"
_NAME = re.compile(r"[0-9a-f]{64}")
#: One call, and all tries of one call; uploads and downloads are at most 4 MiB.
_CALL, _ALL = timedelta(seconds=10), timedelta(seconds=15)

#: The store is away, full or refuses us.
UNREACHABLE = (BaseError, OSError)


class Missing(Exception):
    """The store has no such file."""


class Damaged(Exception):
    """What the store has under that name is not what was put there."""


class Objects:
    """The files; every call blocks. Raises one of ``UNREACHABLE`` when the store cannot be used."""

    def __init__(self, store: LocalStore | S3Store, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the settings say. A directory is made; S3 is asked nothing yet."""
        url = settings.objects_url
        if url is None:
            return cls.in_folder(settings.data_dir / FOLDER)
        if not url.startswith(_S3):
            raise ValueError("YUYUE_OBJECTS_URL: s3://bucket or s3://bucket/folder")
        return cls(
            S3Store.from_url(
                url,
                client_options={
                    "timeout": _CALL,
                    "connect_timeout": timedelta(seconds=3),
                    # Options of ours would otherwise hide the usual variable.
                    "allow_http": os.environ.get("AWS_ALLOW_HTTP", "").lower() == "true",
                },
                retry_config={"max_retries": 3, "retry_timeout": _ALL},
            )
        )

    @classmethod
    def in_folder(cls, folder: Path) -> Self:
        """A directory of its own, only for its owner."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(LocalStore(folder.resolve()), folder.resolve())

    def put(self, name: str, data: bytes) -> None:
        """Durable when it returns."""
        obstore.put(self._store, path_of(name), data)
        if self._folder:
            _make_durable(self._folder / path_of(name))

    def get(self, name: str) -> bytes:
        """The content, which is what it was. Raises ``Missing`` and ``Damaged``."""
        try:
            data = bytes(obstore.get(self._store, path_of(name)).bytes())
        except FileNotFoundError:
            raise Missing(name) from None
        if sha256(data).hexdigest() != name:
            raise Damaged(name)
        return data

    def delete(self, name: str) -> None:
        """Gone afterwards, whether it was there or not."""
        try:
            obstore.delete(self._store, path_of(name))
        except FileNotFoundError:
            return

    def listing(self) -> Iterator[list[tuple[str, datetime]]]:
        """Every file with the instant it was put there, some at a time."""
        for page in obstore.list(self._store, chunk_size=500):
            named = [(each["path"].rpartition("/")[2], each["last_modified"]) for each in page]
            yield [(name, at) for name, at in named if is_name(name)]

    def check(self) -> None:
        """Asks for a file that cannot be there; returns when the store answers."""
        if self._folder and not os.access(self._folder, os.W_OK | os.X_OK):
            raise PermissionError(str(self._folder))
        try:
            obstore.head(self._store, path_of("0" * 64))
        except FileNotFoundError:
            return


def is_name(text: str) -> bool:
    """Whether a file of ours can be called so."""
    return _NAME.fullmatch(text) is not None


def path_of(name: str) -> str:
    """Where a file lies: in one of 256 folders."""
    return f"{name[:2]}/{name}"


def _make_durable(path: Path) -> None:
    """What was written stands on the disk, and so do the names that lead to it."""
    for each in (path, path.parent, path.parent.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
