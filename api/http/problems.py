"""Refusals: every error becomes one problem document (RFC 9457) with its faults from the catalogue."""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from logging import ERROR, WARNING
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from api.http.language import preferred
from db.engine import Busy
from domain.problems import CATALOGUE, Fault, explain, leading_code
from domain.problems.kinds import Language
from domain.problems.words import WORDS

RETRY_SECONDS = 2

_BY_STATUS = {400: "body.malformed", 401: "auth.required", 403: "auth.forbidden", 404: "not_found"} | {
    405: "method.not_allowed",
    413: "body.too_large",
    415: "media_type.unsupported",
}
_OWN_CODE = {"extra_forbidden": "field.unknown", "missing": "field.required", "union_tag_not_found": "field.required"}
_WORDED = {
    "string_too_long": "too_long",
    "enum": "choice",
    "literal_error": "choice",
    "union_tag_invalid": "choice",
    "datetime_from_date_parsing": "instant",
    "datetime_parsing": "instant",
    "date_from_datetime_parsing": "calendar_day",
    "date_parsing": "calendar_day",
}
NAME_CHARACTERS = 80
_QUOTED = re.compile(r"'([^']*)'")
#: ``action`` of a batch's items.
ITEM_KINDS = frozenset({"create", "submit", "cancel", "feedback"})
METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")

log = structlog.get_logger("api")


class ProblemResponse(JSONResponse):
    """A response of the media type ``application/problem+json``."""

    media_type = "application/problem+json"


class Refusal(Exception):
    """An answer with all faults of a request; ``code`` is the leading one, which gives the status."""

    def __init__(self, faults: Iterable[Fault], headers: Mapping[str, str] | None = None) -> None:
        self.faults = tuple(faults)
        self.code = leading_code(self.faults)
        self.headers = dict(headers or {})
        super().__init__(self.code)


def refusal(code: str, field: str | None = None, **facts: Any) -> Refusal:
    """Returns a refusal with one fault."""
    return Refusal([Fault(code=code, field=field, facts=facts)])


def refuse_if(faults: Iterable[Fault]) -> None:
    """Raises Refusal when there is any fault."""
    found = tuple(faults)
    if found:
        raise Refusal(found)


def render(refused: Refusal, language: Language) -> ProblemResponse:
    """Returns the problem document in the caller's language."""
    problem = CATALOGUE[refused.code]
    leading = next((each for each in refused.faults if each.code == refused.code), Fault(code=refused.code))
    document: dict[str, Any] = {
        "type": f"urn:yuyue:problem:{refused.code}",
        "title": getattr(problem.title, language),
        "status": problem.status,
        "detail": explain(leading, language)["message"],
        "code": refused.code,
        "errors": [explain(each, language) for each in refused.faults],
    }
    if leading.facts:
        document["facts"] = leading.facts
    return ProblemResponse(document, problem.status, headers=_headers(problem.status, language) | refused.headers)


def _headers(status: int, language: Language) -> dict[str, str]:
    headers = {"Content-Language": {"zh": "zh-CN", "en": "en"}[language], "Vary": "Accept-Language"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="yuyue"'
    if status in {429, 503}:
        headers["Retry-After"] = str(RETRY_SECONDS)
    return headers


#: Errors of a database that cannot be reached or is busy.
UNAVAILABLE = (Busy, OperationalError, PoolTimeout)


class Handlers:
    """Handlers that turn each exception that reaches the framework into a problem."""

    @classmethod
    def install(cls, app: FastAPI) -> None:
        """Registers all of them."""
        app.add_exception_handler(Refusal, cls.refused)
        app.add_exception_handler(RequestValidationError, cls.invalid)
        app.add_exception_handler(HTTPException, cls.framework)
        for each in UNAVAILABLE:
            app.add_exception_handler(each, cls.database)

    @staticmethod
    def refused(request: Request, error: Exception) -> ProblemResponse:
        """Answers with our own refusal."""
        assert isinstance(error, Refusal)  # noqa: S101 the framework's typing knows Exception only
        return answer(request, error)

    @staticmethod
    def invalid(request: Request, error: Exception) -> ProblemResponse:
        """Answers with the faults that pydantic found in body, query or path."""
        assert isinstance(error, RequestValidationError)  # noqa: S101 as above
        return answer(request, Refusal([fault_of(each) for each in error.errors()]))

    @staticmethod
    def framework(request: Request, error: Exception) -> ProblemResponse:
        """Answers for what the framework refuses: an unknown path, a method."""
        assert isinstance(error, HTTPException)  # noqa: S101 as above
        fault = Fault(code=_BY_STATUS.get(error.status_code, "internal.error"))
        headers = dict(error.headers or {})
        if error.status_code == 405 and (allowed := _allowed(request)):
            headers["Allow"] = allowed
        return answer(request, Refusal([fault], headers))

    @staticmethod
    def database(request: Request, error: Exception) -> ProblemResponse:
        """Answers for a database that cannot be used; nothing was changed, for a route writes in one transaction."""
        return unexpected(request, error)


def unexpected(request: Request, error: Exception) -> ProblemResponse:
    """Answers for an unexpected error, which is logged, and for a database that cannot be used."""
    return answer(request, logged(error, path=request.url.path))


def as_refusal(error: Exception) -> Refusal:
    """Returns a refusal unchanged; logs any other error and returns its refusal."""
    return error if isinstance(error, Refusal) else logged(error)


def logged(error: Exception, **where: str) -> Refusal:
    """Logs the error and returns its refusal: that of an unavailable database, else that of an internal error."""
    away = isinstance(error, UNAVAILABLE)
    log.log(WARNING if away else ERROR, "request failed", exc_info=error, **where)
    return refusal("temporarily.unavailable" if away else "internal.error")


def _allowed(request: Request) -> str:
    """Lists every method of the path; the framework names only those of the first route that matches."""
    paths, path = request.app.openapi()["paths"], request.url.path
    # `/appointments/agenda` matches `/appointments/{pre_entry_no}` as well, but is another path.
    known = path if path in paths else next((each for each in paths if compile_path(each)[0].match(path)), None)
    return ", ".join(method for method in METHODS if method.lower() in paths.get(known, ()))


def answer(request: Request, refused: Refusal) -> ProblemResponse:
    """Returns the problem in the language that the request asks for."""
    return render(refused, preferred(request.headers.get("accept-language")))


def fault_of(error: Mapping[str, Any]) -> Fault:
    """Converts an error of pydantic to a fault; nothing of the input is repeated."""
    kind, (place, *path) = error["type"], error["loc"]
    if kind == "json_invalid":
        return Fault(code="body.malformed")
    context = error.get("ctx", {})
    field = _field([*untagged(path), *_named(context)] or [place])
    if kind in _OWN_CODE:
        return Fault(code=_OWN_CODE[kind], field=field)
    reason = kind if kind in WORDS else _WORDED.get(kind, "malformed")
    allowed = {"allowed": _QUOTED.findall(_expected(context))} if reason == "choice" else {}
    return Fault(code="field.invalid", field=field, facts={"reason": reason, **allowed})


def _named(context: Mapping[str, Any]) -> list[str]:
    """Returns the field of which an error about its whole object speaks: the tag of a union, or what a check names."""
    return _QUOTED.findall(context.get("discriminator", "")) or list(filter(None, [context.get("field")]))


def _expected(context: Mapping[str, Any]) -> str:
    return str(context.get("expected") or context.get("expected_tags") or "")


def untagged(path: list[str | int]) -> list[str | int]:
    """Returns the path without the kind of an item, which pydantic puts after the item's index."""
    return [part for before, part in pairwise(["", *path]) if not (isinstance(before, int) and part in ITEM_KINDS)]


def _field(path: list[str | int]) -> str:
    """Converts ``("goods", 0, "hs_code")`` to ``goods[0].hs_code``; a name that the caller made up is cut."""
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
    return name.encode("ascii", "backslashreplace").decode()[:NAME_CHARACTERS]
