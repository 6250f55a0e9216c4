"""A receiver of webhooks: a small HTTP server with prepared answers, which keeps what it was sent."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
BROKEN = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n"
#: Says nothing and closes the connection.
CLOSED = b""
#: Says nothing at all.
HUNG = b"HUNG"


def redirect(to: str) -> bytes:
    return f"HTTP/1.1 307 Temporary Redirect\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n".encode()


class Received(NamedTuple):
    """A delivery: its headers by lower-case name, its body, and whether it was taken."""

    headers: dict[str, str]
    body: str
    taken: bool


class Receiver:
    """Answers by ``answers`` in their order, and then 200."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.answers: deque[bytes] = deque()
        self.received: list[Received] = []
        self.changed = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self._serving: dict[asyncio.StreamWriter, asyncio.Future[None]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/events"

    @property
    def taken(self) -> list[Received]:
        return [each for each in self.received if each.taken]

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in self._serving:
                writer.close()
            await asyncio.gather(*self._serving.values())
            await self._server.wait_closed()

    async def until(self, count: int) -> None:
        """Waits until so many deliveries were taken."""
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.taken) >= count)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ended = self._serving[writer] = asyncio.get_running_loop().create_future()
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            del self._serving[writer]
            ended.set_result(None)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head if line)}
        body = (await reader.readexactly(int(headers["content-length"]))).decode()
        answer = self.answers.popleft() if self.answers else OK
        async with self.changed:
            self.received.append(Received(headers, body, answer == OK))
            self.changed.notify_all()
        if answer == HUNG:
            await reader.read()
        writer.write(answer if answer != HUNG else CLOSED)
        await writer.drain()
        return answer not in {CLOSED, HUNG}


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver that runs."""
    receiver = Receiver()
    await receiver.start()
    try:
        yield receiver
    finally:
        await receiver.stop()
