"""The store of attached files: a directory, or any S3. It reveals nothing of them but their sizes.

Files are found by the SHA-256 of their content and kept encrypted (``runtime.sealed_files``) under a name made from it
with a key, so that nobody else can tell whether the store has a known file. Storing it again is idempotent and repairs
a damaged one. Files of earlier versions are in the clear under their SHA-256; they are read, and encrypted by ``yuyue
keys rewrap``.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple, Self

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from runtime.object_names import ObjectNames, is_plain, path_of
from runtime.sealed_files import CHUNK_BYTES, HEADER_BYTES, kid_in, opened, rewrapped, sealed
from runtime.sealing import Sealer, SealError, Tampered
from runtime.settings import Settings

FOLDER = "objects"
_S3 = "s3://"
#: The limits of one try and of all tries of a call; uploads and downloads are at most 4 MiB.
_CALL, _ALL = timedelta(seconds=10), timedelta(seconds=15)
_AT_ONCE = 8
#: An encrypted file of this size and more is on the disk, not in memory, until the store has it.
_SPOOL_BYTES = 1024**2

#: The store is away, full or refuses us.
UNREACHABLE = (BaseError, OSError)


class Missing(Exception):
    """The store has no such file."""


class Damaged(Exception):
    """The stored file differs from what was stored, or its key is not at hand."""


class Wrapped(NamedTuple):
    """A stored file; ``kid`` is the key that its own key is sealed with, None for a file in the clear.

    It is ``?``, which is no key, for a damaged file.
    """

    digest: str
    kid: str | None


class Objects:
    """The store. Every call blocks, and raises one of ``UNREACHABLE`` when the store cannot be used."""

    def __init__(self, store: LocalStore | S3Store, sealer: Sealer, folder: Path | None = None) -> None:
        self._store = store
        self._sealer = sealer
        self._names = ObjectNames(sealer)
        self._folder = folder

    @classmethod
    def of(cls, settings: Settings, sealer: Sealer) -> Self:
        """Returns the store of the settings. A directory is made; S3 is not called yet."""
        url = settings.objects_url
        if url is None:
            return cls.in_folder(settings.data_dir / FOLDER, sealer)
        if not url.startswith(_S3):
            raise ValueError("YUYUE_OBJECTS_URL: s3://bucket or s3://bucket/folder")
        return cls(_s3(url), sealer)

    @classmethod
    def in_folder(cls, folder: Path, sealer: Sealer) -> Self:
        """Returns a store in a directory that only its owner may read."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(LocalStore(folder.resolve()), sealer, folder.resolve())

    def put(self, digest: str, content: bytes | Iterable[bytes]) -> None:
        """Stores the file, whole or not at all; it is durable when this returns."""
        parts = (content,) if isinstance(content, bytes) else content
        self._write(digest, sealed(self._sealer, digest, parts))

    def read(self, digest: str) -> Iterator[bytes]:
        """Yields the content in pieces, at least one, even of an empty file. Raises ``Missing`` and ``Damaged``.

        Each piece is authenticated; the last one comes only when the whole has the digest.
        """
        stored, plain = self._find(digest)
        parts = _parts(stored)
        try:
            yield from _proven(digest, parts if plain else opened(self._sealer, digest, parts))
        except SealError as error:
            raise Damaged(digest) from error

    def get(self, digest: str) -> bytes:
        """Returns the whole content. Raises ``Missing`` and ``Damaged``."""
        return b"".join(self.read(digest))

    def delete(self, digest: str) -> None:
        """Deletes the file, if it is there."""
        for name in (self._names.of(digest), digest):
            with suppress(FileNotFoundError):
                obstore.delete(self._store, path_of(name))

    def listing(self) -> Iterator[list[tuple[str, datetime]]]:
        """Yields pages of digests, each with the instant at which the file was stored."""
        for page in self._pages():
            yield [(digest, each["last_modified"]) for each, digest in page]

    def wrapped(self) -> Iterator[Wrapped]:
        """Yields every file with the key that it needs, read from its first bytes."""
        return self._of_each(self._look)

    def rewrap(self) -> Iterator[Wrapped]:
        """Seals every file's key with the current key, and encrypts the files that are in the clear.

        Yields the changed files, as they were before, and the damaged ones, which stay as they are. Encrypted contents
        are not encrypted again. Others may read and write meanwhile; it may be interrupted and repeated.
        """
        first = self._sealer.key_ids[0]
        return (each for each in self._of_each(self._renew) if each.kid != first)

    def check(self) -> None:
        """Asks for a file that cannot exist; returns when the store answers."""
        if self._folder and not os.access(self._folder, os.W_OK | os.X_OK):
            raise PermissionError(str(self._folder))
        with suppress(FileNotFoundError):
            obstore.head(self._store, path_of("0" * 64))

    def path_of(self, digest: str) -> str:
        """Returns the path of the encrypted file, below the store's root."""
        return path_of(self._names.of(digest))

    def _write(self, digest: str, stored: Iterable[bytes]) -> None:
        """Writes a whole temporary file first: S3 needs its length, and the store cannot read while it writes."""
        path = self.path_of(digest)
        with SpooledTemporaryFile(max_size=_SPOOL_BYTES) as whole:
            whole.writelines(stored)
            whole.seek(0)
            obstore.put(self._store, path, whole)
        if self._folder:
            _make_durable(self._folder / path)

    def _find(self, digest: str) -> tuple[Any, bool]:
        """Returns the file, and True if it is in the clear. Looks twice, because a file may just be encrypted."""
        name = self._names.of(digest)
        for each in (name, digest, name):
            with suppress(FileNotFoundError):
                return obstore.get(self._store, path_of(each)), each == digest
        raise Missing(digest)

    def _pages(self) -> Iterator[list[tuple[Any, str]]]:
        """Yields pages of listed files with their digests, without files that are not ours."""
        for page in obstore.list(self._store, chunk_size=500):
            named = [(each, self._names.digest(each["path"].rpartition("/")[2])) for each in page]
            yield [(each, digest) for each, digest in named if digest]

    def _of_each(self, act: Callable[[Any, str], Wrapped | None]) -> Iterator[Wrapped]:
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for page in self._pages():
                yield from (each for each in threads.map(act, *zip(*page, strict=True)) if each)

    def _look(self, listed: Any, digest: str) -> Wrapped | None:
        """Returns the key of a file; None for a file that is gone by now."""
        if is_plain(listed["path"]):
            return Wrapped(digest, None)
        if not listed["size"]:
            return Wrapped(digest, "?")
        try:
            beginning = obstore.get_range(self._store, listed["path"], start=0, end=min(HEADER_BYTES, listed["size"]))
            return Wrapped(digest, kid_in(bytes(beginning)))
        except FileNotFoundError:
            return None
        except Tampered:
            return Wrapped(digest, "?")

    def _renew(self, listed: Any, digest: str) -> Wrapped | None:
        found = self._look(listed, digest)
        try:
            if found and found.kid is None:
                self._encrypt(listed["path"], digest)
            elif found and found.kid != self._sealer.key_ids[0]:
                stored = _parts(obstore.get(self._store, listed["path"]))
                self._write(digest, rewrapped(self._sealer, digest, stored))
        except FileNotFoundError:
            return None
        except (SealError, Damaged):
            return Wrapped(digest, "?")
        return found

    def _encrypt(self, path: str, digest: str) -> None:
        """Writes before it deletes, so that the file can always be read."""
        content = _proven(digest, _parts(obstore.get(self._store, path)))
        self._write(digest, sealed(self._sealer, digest, content))
        obstore.delete(self._store, path)


def _s3(url: str) -> S3Store:
    return S3Store.from_url(
        url,
        client_options={
            "timeout": _CALL,
            "connect_timeout": timedelta(seconds=3),
            # Options of ours would otherwise hide the usual variable.
            "allow_http": os.environ.get("AWS_ALLOW_HTTP", "").lower() == "true",
        },
        retry_config={"max_retries": 3, "retry_timeout": _ALL},
    )


def _parts(found: Any) -> Iterator[bytes]:
    return (bytes(part) for part in found.stream(min_chunk_size=CHUNK_BYTES))


def _proven(digest: str, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yields the same pieces, the last one only when all have the digest. Raises ``Damaged``."""
    seen, held = sha256(), b""
    for part in parts:
        if held:
            yield held
        seen.update(part)
        held = part
    if seen.hexdigest() != digest:
        raise Damaged(digest)
    yield held


def _make_durable(path: Path) -> None:
    """Flushes the file, and the folders that name it, to the disk."""
    for each in (path, path.parent, path.parent.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
