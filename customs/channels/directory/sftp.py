"""The boxes in a folder of an SFTP server, over one connection that is made when it is needed.

asyncssh runs in a thread with a loop of its own; callers of any thread wait for it, with a limit.
"""

import asyncio
import stat
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from secrets import token_hex
from typing import Any, Self, TypeVar
from urllib.parse import unquote, urlsplit

import asyncssh

from customs.channels import Unavailable
from customs.channels.directory.storage import Box, BoxFile

CONNECT_SECONDS = 5.0
CALL_SECONDS = 10.0
#: A dead connection is noticed after three of these, in seconds.
KEEPALIVE_SECONDS = 5
_SSH_PORT = 22

T = TypeVar("T")


@dataclass(frozen=True)
class SftpServer:
    """The address of the boxes, and the files by which the two sides know each other."""

    host: str
    port: int
    user: str
    folder: PurePosixPath
    key: Path
    known_hosts: Path

    @classmethod
    def of(cls, url: str, key: Path, known_hosts: Path) -> Self:
        """Returns the server of an address like ``sftp://user@host:22/folder``."""
        parts = urlsplit(url)
        folder = PurePosixPath(unquote(parts.path))
        user = unquote(parts.username or "")
        return cls(parts.hostname or "", parts.port or _SSH_PORT, user, folder, key, known_hosts)


class SftpStorage:
    """The boxes on that server. ``close`` ends the connection and the thread; a later call begins again."""

    def __init__(self, server: SftpServer) -> None:
        self._server = server
        self._guard = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None
        self._connecting = asyncio.Lock()

    def files(self, box: Box) -> list[BoxFile]:
        """Returns what is in the box."""
        return self._call(lambda sftp: self._files(sftp, box))

    def exists(self, box: Box, name: str) -> bool:
        """Returns True if the file is there."""
        return self._call(lambda sftp: _lexists(sftp, self._path(box, name)))

    def read(self, box: Box, name: str, limit: int) -> bytes | None:
        """Returns at most ``limit`` bytes, None without such a file."""
        return self._call(lambda sftp: _read(sftp, self._path(box, name), limit))

    def write(self, box: Box, name: str, content: bytes) -> None:
        """Writes under a name of its own, synced where the server can, then renames."""
        temporary = self._path(box, f".{name}.{token_hex(4)}.tmp")
        self._call(lambda sftp: _write(sftp, temporary, self._path(box, name), content))

    def move(self, box: Box, name: str, to: Box, as_name: str) -> bool:
        """Renames the file."""
        return self._call(lambda sftp: _move(sftp, self._path(box, name), self._path(to, as_name)))

    def remove(self, box: Box, name: str) -> bool:
        """Removes the file."""
        return self._call(lambda sftp: _remove(sftp, self._path(box, name)))

    def close(self) -> None:
        """Ends connection and thread."""
        with self._guard:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop and thread:
            asyncio.run_coroutine_threadsafe(self._disconnect(), loop).result(CALL_SECONDS)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    def _path(self, box: Box, name: str) -> str:
        return str(self._server.folder / box / name)

    async def _files(self, sftp: asyncssh.SFTPClient, box: Box) -> list[BoxFile]:
        entries = [entry async for entry in sftp.scandir(self._path(box, ""))]
        return [_described(entry) for entry in entries if entry.filename not in {".", ".."}]

    def _call(self, work: Callable[[asyncssh.SFTPClient], Coroutine[Any, Any, T]]) -> T:
        """Runs the work in the loop's thread. Raises ``Unavailable``; the next call connects again."""
        return asyncio.run_coroutine_threadsafe(self._limited(work), self._running_loop()).result()

    async def _limited(self, work: Callable[[asyncssh.SFTPClient], Coroutine[Any, Any, T]]) -> T:
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await work(await self._connected())
        except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPNoSuchFile, asyncssh.SFTPFailure) as error:
            raise Unavailable(f"sftp {type(error).__name__}") from error
        except (OSError, TimeoutError, asyncssh.Error, ValueError) as error:
            await self._disconnect()
            raise Unavailable(f"sftp {type(error).__name__}") from error

    async def _connected(self) -> asyncssh.SFTPClient:
        async with self._connecting:
            if self._client is None or self._connection is None or self._connection.is_closed():
                self._connection = await self._connect()
                self._client = await self._connection.start_sftp_client()
            return self._client

    async def _connect(self) -> asyncssh.SSHClientConnection:
        server = self._server
        return await asyncssh.connect(
            server.host,
            server.port,
            username=server.user,
            client_keys=[str(server.key)],
            known_hosts=str(server.known_hosts),
            # Only what the settings name: no agent, no keys and no configuration of the user who runs the process.
            agent_path=None,
            config=None,
            preferred_auth="publickey",
            connect_timeout=CONNECT_SECONDS,
            login_timeout=CONNECT_SECONDS,
            keepalive_interval=KEEPALIVE_SECONDS,
        )

    async def _disconnect(self) -> None:
        connection, self._connection, self._client = self._connection, None, None
        if connection:
            connection.abort()
            await connection.wait_closed()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._guard:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="sftp", daemon=True)
                self._thread.start()
            return self._loop


async def _lexists(sftp: asyncssh.SFTPClient, path: str) -> bool:
    return bool(await sftp.lexists(path))


async def _read(sftp: asyncssh.SFTPClient, path: str, limit: int) -> bytes | None:
    try:
        async with sftp.open(path, "rb") as file:
            content = await file.read(limit)
            return content.encode() if isinstance(content, str) else bytes(content)
    except asyncssh.SFTPNoSuchFile:
        return None


async def _write(sftp: asyncssh.SFTPClient, temporary: str, path: str, content: bytes) -> None:
    try:
        async with sftp.open(temporary, "xb") as file:
            await file.write(content)
            with suppress(asyncssh.SFTPOpUnsupported):
                await file.fsync()
        await sftp.posix_rename(temporary, path)
    except asyncssh.SFTPError:
        with suppress(asyncssh.SFTPError):
            await sftp.remove(temporary)
        raise


async def _move(sftp: asyncssh.SFTPClient, path: str, to: str) -> bool:
    try:
        await sftp.posix_rename(path, to)
    except asyncssh.SFTPNoSuchFile:
        if await sftp.lexists(path) or not await sftp.isdir(str(PurePosixPath(path).parent)):
            raise
        return False
    return True


async def _remove(sftp: asyncssh.SFTPClient, path: str) -> bool:
    try:
        await sftp.remove(path)
    except asyncssh.SFTPNoSuchFile:
        if not await sftp.isdir(str(PurePosixPath(path).parent)):
            raise
        return False
    return True


def _described(entry: asyncssh.SFTPName) -> BoxFile:
    attributes = entry.attrs
    is_file = stat.S_ISREG(attributes.permissions or 0)
    return BoxFile(str(entry.filename), attributes.size or 0, float(attributes.mtime or 0), is_file)
