"""Routes of the page: every path of its own router serves the one HTML file, ``/assets`` serves the rest."""

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from api.http.problems import answer, refusal
from api.page.build import ASSETS, INDEX, Build
from api.page.policy import PAGE

FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
#: Files at the root of the build that a browser asks for by name.
ROOT_FILES = ("favicon.svg",)

UNBUILT = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>页面尚未构建 The page is not built</title>
<h1>页面尚未构建 The page is not built</h1>
<p>这是占位页，不是系统页面。请在源代码目录运行 <code>make web</code>，然后重新启动。
<p>This is a stand-in, not the page. Run <code>make web</code> in the source folder, then start again.
<p>接口照常工作 the API works as usual: <a href="/docs">/docs</a>
"""


class Page:
    """Routes that serve one build."""

    def __init__(self, build: Build) -> None:
        self._build = build

    def routes(self) -> list[Route]:
        """Returns a route for each path that exists; every other path gets the API's 404."""
        pages = dict.fromkeys(("/", *self._build.pages()))
        return [
            *(Route(path, self.index, include_in_schema=False) for path in pages),
            *(Route(f"/{name}", self.root_file, include_in_schema=False) for name in ROOT_FILES),
            Route(f"/{ASSETS}/{{name}}", self.asset, include_in_schema=False),
        ]

    async def index(self, request: Request) -> Response:
        """Answers with the HTML file. Browsers must revalidate it, because it names the assets of the newest build."""
        found = self._send(request, INDEX, keep=ASK_AGAIN)
        return found or HTMLResponse(UNBUILT, status_code=503, headers=_headers(ASK_AGAIN))

    async def root_file(self, request: Request) -> Response:
        """Answers with a file at the root of the build, such as the icon."""
        return self._send(request, request.url.path.removeprefix("/"), keep=ASK_AGAIN) or _missing(request)

    async def asset(self, request: Request) -> Response:
        """Answers with a file that has a hash in its name."""
        return self._send(request, ASSETS, request.path_params["name"], keep=FOREVER) or _missing(request)

    def _send(self, request: Request, *names: str, keep: str) -> Response | None:
        served = self._build.file(*names, gzip="gzip" in request.headers.get("accept-encoding", ""))
        if served is None:
            return None
        headers = _headers(keep) | ({"Content-Encoding": served.encoding} if served.encoding else {})
        response = FileResponse(
            served.path, media_type=served.media_type, headers=headers, stat_result=served.path.stat()
        )
        return _unchanged(request, response) or response


def _headers(keep: str) -> dict[str, str]:
    return {"Cache-Control": keep, "Vary": "Accept-Encoding", "Content-Security-Policy": PAGE}


def _unchanged(request: Request, response: Response) -> Response | None:
    """Returns 304 if the browser has the same file, None if not."""
    if request.headers.get("if-none-match") != response.headers["etag"]:
        return None
    kept = ("etag", "cache-control", "vary", "content-security-policy")
    return Response(status_code=304, headers={name: response.headers[name] for name in kept})


def _missing(request: Request) -> Response:
    return answer(request, refusal("not_found"))
