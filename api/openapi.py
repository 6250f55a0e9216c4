"""The document at ``/openapi.json``: which problems a route may answer with, and which key it needs."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.cookies import SECURE
from identity.authorization import PRIVATE, is_guarded

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
        "facts": {"type": "object", "additionalProperties": True},
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
        "facts": {"type": "object", "additionalProperties": True},
    },
}
_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
#: For routes that read or change what a state may forbid, without being a command to an appointment.
NOT_PERMITTED: dict[int | str, dict[str, Any]] = {
    409: {"description": "当前状态不允许 Not permitted in this state", "content": _CONTENT}
}
#: For routes whose answer carries an ETag and may be asked for with it.
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "未变 Not modified"}}
#: For open routes whose address may be nobody's.
NOBODYS: dict[int | str, dict[str, Any]] = {404: {"description": "未找到 Not found", "content": _CONTENT}}
#: What every call may meet: a guard, a limit, a part that is away.
_ALWAYS = {"422": "校验未通过 Validation failed", "503": "暂时不可用 Temporarily unavailable"}
_GUARDED = {
    "401": "请先登录 Log in first",
    "403": "无权操作 Forbidden",
    "404": "未找到 Not found",
    "429": "操作过于频繁 Too many requests",
}
_WITH_BODY = {
    "400": "请求无法读取 Unreadable request",
    "413": "请求过大 Request too large",
    "415": "内容类型不支持 Unsupported content type",
}
#: Commands, which are told by their Idempotency-Key.
_COMMAND = {"409": "当前状态不允许 Not permitted in this state", "412": "内容已被修改 Changed meanwhile"}
_REPLACES = {"428": "缺少版本 Version missing"}
_SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "API key"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SECURE,
        "description": "登录会话 A browser's session; unsafe calls also send X-CSRF-Token.",
    },
}
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
    components["securitySchemes"] = _SCHEMES
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in _METHODS:
                _describe(path, method, operation)
    return document


def _describe(path: str, method: str, operation: dict[str, Any]) -> None:
    documented = operation["responses"]
    documented.pop("422", None)
    for status, text in _problems(method, operation, private=path.startswith(PRIVATE)).items():
        documented.setdefault(status, {"description": text, "content": _CONTENT})
    if is_guarded(method.upper(), path):
        operation["security"] = [{"key": []}, {"session": []}]


def _problems(method: str, operation: dict[str, Any], *, private: bool) -> dict[str, str]:
    """Status → what it says, for the problems that this operation may answer with."""
    found = _ALWAYS | (_GUARDED if private else {})
    if "requestBody" in operation or method != "get":
        found |= _WITH_BODY  # a body is read, and refused, wherever one is sent
    if any(each["name"].lower() == "idempotency-key" for each in operation.get("parameters", ())):
        found |= _COMMAND | (_REPLACES if method == "put" else {})
    return found
