"""API page at ``/docs``: works without the internet, with a policy that allows only its own scripts."""

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from api.page import policy

DOCS = "/docs"
_FILES = "/static-offline-docs"


def route(app: FastAPI) -> Route:
    """Returns the route of the page, which uses the files that ``fastapi-offline`` mounts."""
    page = get_swagger_ui_html(
        openapi_url=app.openapi_url or "/openapi.json",
        title=app.title,
        swagger_js_url=f"{_FILES}/swagger-ui-bundle.js",
        swagger_css_url=f"{_FILES}/swagger-ui.css",
        swagger_favicon_url=f"{_FILES}/favicon.png",
    )
    page.headers["Content-Security-Policy"] = policy.docs(bytes(page.body).decode())

    async def docs(_request: Request) -> HTMLResponse:
        return page

    return Route(DOCS, docs, include_in_schema=False)
