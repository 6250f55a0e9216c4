"""A STAND-IN for the servers of DingTalk, WeCom, Feishu and an SMS gateway: it records what came, and is none of them.

Their real servers need an account and the internet. It answers as their documents say, refusals with status 200.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from tests.messaging.mailbox import HOST


class Heard(NamedTuple):
    """A request as it came, its query and JSON read."""

    path: str
    query: dict[str, str]
    body: dict[str, Any]


class ChatStandIn:
    """Requests so far; ``answer`` is the body of the next answers."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.status = 200
        self.answer: dict[str, Any] = {"errcode": 0, "errmsg": "ok", "code": 0}
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


@contextmanager
def chat_stand_in() -> Iterator[ChatStandIn]:
    """The stand-in at a free port."""
    office = ChatStandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = self.rfile.read(int(self.headers["Content-Length"]))
            where = urlsplit(self.path)
            office.heard.append(Heard(where.path, dict(parse_qsl(where.query)), json.loads(told)))
            answer = json.dumps(office.answer).encode()
            self.send_response(office.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    office.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield office
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
