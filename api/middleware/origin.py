"""Cross-origin access: only the Temporal UI may call the API from another origin, and only the codec endpoint."""

from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

CODEC = "/ops/v1/codec/"
HEADERS = ("authorization", "content-type", "x-csrf-token", "x-namespace")


class UiOrigin:
    """Middleware that answers CORS preflights, which have no key; the call itself still needs one."""

    def __init__(self, app: ASGIApp, ui: str | None) -> None:
        self._app = app
        origins = [f"{urlsplit(ui).scheme}://{urlsplit(ui).netloc}"] if ui else []
        self._shared = CORSMiddleware(
            app, allow_origins=origins, allow_methods=["POST"], allow_headers=HEADERS, allow_credentials=True
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, through the CORS middleware if it is for the codec endpoint."""
        shared = scope["type"] == "http" and scope["path"].startswith(CODEC)
        await (self._shared if shared else self._app)(scope, receive, send)
