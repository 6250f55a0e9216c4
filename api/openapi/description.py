"""The document at ``/openapi.json``: completes what FastAPI writes with problems, security and parameters."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.identity.cookies import SECURE
from api.identity.credentials import CSRF_HEADER, SAFE
from api.openapi.parameters import DESCRIPTIONS
from api.openapi.responses import PROBLEM
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
#: Problems that every call may answer with.
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
#: Problems of commands, which are recognised by their Idempotency-Key.
_COMMAND = {"409": "当前状态不允许 Not permitted in this state", "412": "内容已被修改 Changed meanwhile"}
_REPLACES = {"428": "缺少版本 Version missing"}
_SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "接口密钥 An API key."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SECURE,
        "description": "登录会话 A browser's session; over plain HTTP on one machine its cookie has another name.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": CSRF_HEADER,
        "description": "`csrf_token` of GET /api/v1/session; goes with the session wherever something is changed.",
    },
}
_METHODS = {"get", "put", "post", "delete", "patch"}
#: Tag → its display name and description. Tags are ASCII: generators make folders and files of them.
_TAGS = {
    "appointments": ("预约", "预约 Appointments: drafts, acts, lists, spreadsheets."),
    "attachments": ("附件", "附件 Files of an appointment."),
    "templates": ("模板", "模板 Content that is used again."),
    "events": ("事件", "事件 What happened to the appointments of an enterprise, for programs."),
    "webhooks": ("推送", "推送 Where events go by themselves, and what the receivers answered."),
    "notifications": ("通知", "通知 What people should know, and what of it they have read."),
    "calendar_feed": ("日历订阅", "日历订阅 Windows and deadlines for calendar programs."),
    "reference": ("参考", "参考 Ports, tariff, enterprises, working hours, windows."),
    "preferences": ("个人设置", "个人设置 What a user sets, and used last."),
    "colleagues": ("同事", "同事 The users of an enterprise."),
    "identity": ("登录", "登录 Who calls: sessions, cards, passwords."),
    "customs": ("海关", "海关 What customs sends."),
    "operators": ("运维", "运维 What operators see and do."),
    "health": ("健康", "健康 Whether this process lives and can serve."),
}


def operation_id(route: APIRoute) -> str:
    """Returns the name of the route's function, which generated clients use for their own."""
    return route.name


def describe(app: FastAPI) -> dict[str, Any]:
    """Returns the document, which is made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _complete(
            get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
                license_info={"name": "Apache License 2.0", "identifier": "Apache-2.0"},
                servers=[{"url": "/", "description": "本机 Where this document was read."}],
                tags=[
                    {"name": name, "x-displayName": shown, "description": text} for name, (shown, text) in _TAGS.items()
                ],
            )
        )
    return app.openapi_schema


def _complete(document: dict[str, Any]) -> dict[str, Any]:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for framework in ("HTTPValidationError", "ValidationError"):
        schemas.pop(framework, None)
    schemas["Problem"] = _PROBLEM
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
        documented.setdefault(status, {"description": text, "content": PROBLEM})
    for answer in documented.values():
        _describe_streams(answer)
    _describe_optional(operation.get("requestBody", {}))
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in DESCRIPTIONS:
            parameter.setdefault("description", DESCRIPTIONS[parameter["name"]])
    operation["security"] = _security(method) if is_guarded(method.upper(), path) else []


def _describe_streams(answer: dict[str, Any]) -> None:
    """Replaces FastAPI's ``itemSchema``, a keyword of 3.2 that no document of 3.1 may have."""
    for media in answer.get("content", {}).values():
        if media.pop("itemSchema", None) is not None:
            media["schema"] = {"type": "string"}


def _describe_optional(body: dict[str, Any]) -> None:
    """Removes the null that FastAPI adds to an optional body: generated clients cannot leave such a body out."""
    for media in body.get("content", {}).values():
        schemas = [each for each in media["schema"].get("anyOf", ()) if each != {"type": "null"}]
        if not body.get("required") and len(schemas) == 1:
            media["schema"] = schemas[0]


def _security(method: str) -> list[dict[str, list[str]]]:
    session: dict[str, list[str]] = {"session": []}
    return [{"key": []}, session if method.upper() in SAFE else session | {"csrf": []}]


def _problems(method: str, operation: dict[str, Any], *, private: bool) -> dict[str, str]:
    """Returns status → description of the problems that this operation may answer with."""
    found = _ALWAYS | (_GUARDED if private else {})
    if "requestBody" in operation or method != "get":
        found |= _WITH_BODY  # a body is read wherever one is sent
    if any(each["name"].lower() == "idempotency-key" for each in operation.get("parameters", ())):
        found |= _COMMAND | (_REPLACES if method == "put" else {})
    return found
