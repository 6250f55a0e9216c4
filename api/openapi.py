"""The document at ``/openapi.json``: every route may answer with a problem, and says which key it needs."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.middleware.guard import GUARDED

_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `errors` 列出全部问题 / lists every fault at once.",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "examples": ["validation.failed"]},
        "facts": {"type": "object"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Error"}},
    },
}
_ERROR = {
    "type": "object",
    "title": "Error",
    "required": ["code", "field", "message", "remedy", "facts"],
    "properties": {
        "code": {"type": "string", "examples": ["cutoff.passed"]},
        "field": {"type": ["string", "null"]},
        "message": {"type": "string"},
        "remedy": {"type": "string"},
        "facts": {"type": "object"},
    },
}
_REFUSED = {
    "description": "问题 Problem",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_KEY = {"type": "http", "scheme": "bearer", "description": "API key"}
_METHODS = {"get", "put", "post", "delete", "patch"}


def describe(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _complete(
            get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        )
    return app.openapi_schema


def _complete(document: dict[str, Any]) -> dict[str, Any]:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for framework in ("HTTPValidationError", "ValidationError"):
        schemas.pop(framework, None)
    schemas |= {"Problem": _PROBLEM, "Error": _ERROR}
    components["securitySchemes"] = {"key": _KEY}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in _METHODS:
                _describe(path, operation)
    return document


def _describe(path: str, operation: dict[str, Any]) -> None:
    operation["responses"].pop("422", None)
    operation["responses"]["default"] = _REFUSED
    if any(path.startswith(prefix) for prefix, _ in GUARDED):
        operation["security"] = [{"key": []}]
