"""A tiny real HTTP receiver: keeps what is posted to it and answers as told."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

#: A machine under load is slow; nothing here measures time.
DEADLINE_SECONDS = 60


class Posted(NamedTuple):
    """One request, and when it had been read (seconds since 1970)."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float


class Answer(NamedTuple):
    """The answer to give."""

    status: int
    body: bytes = b"{}"
    kind: str = "application/octet-stream"


class Receiver:
    """``answer`` is asked for each request, after it was kept; it may block."""

    def __init__(self, port: int = 0) -> None:
        self.posted: list[Posted] = []
        self.answer: Callable[[Posted], Answer] = lambda _: Answer(202)
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        """The address it listens on."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Closes the listening socket."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def clear(self) -> None:
        """Forgets all requests so far."""
        self.answer = lambda _: Answer(202)
        with self._changed:
            self.posted.clear()

    def wait_for(self, count: int) -> list[Posted]:
        """The first ``count`` requests, once they are there."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.posted) >= count, DEADLINE_SECONDS)
            assert arrived, f"{len(self.posted)} of {count} requests arrived"
            return self.posted[:count]

    def _keep(self, posted: Posted) -> None:
        with self._changed:
            self.posted.append(posted)
            self._changed.notify_all()

    def _handler(receiver) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                posted = Posted(self.path, headers, body, time.time())
                receiver._keep(posted)
                answer = receiver.answer(posted)
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.kind)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                # Who has read enough, or waited enough, hangs up.
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.wfile.write(answer.body)

            def log_message(self, *_: object) -> None:
                """Writes no log."""

        return Handler
