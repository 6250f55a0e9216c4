"""Refusals as problem documents, in the page's language, just as the server gives them."""

from typing import Any

from starlette.responses import JSONResponse

from card_agent.port import Refused
from domain.problems import CATALOGUE, Fault, explain
from domain.problems.kinds import Language


class Problem(JSONResponse):
    """``application/problem+json``."""

    media_type = "application/problem+json"


def problem(refused: Refused, accept_language: str | None) -> Problem:
    """The document: code, Chinese or English text, remedy."""
    language = language_of(accept_language)
    known, told = CATALOGUE[refused.code], described(refused, language)
    document = {
        "type": f"urn:yuyue:problem:{refused.code}",
        "title": getattr(known.title, language),
        "status": known.status,
        "detail": told["message"],
        "code": refused.code,
        "errors": [told],
        "facts": refused.facts,
    }
    return Problem(document, known.status, headers={"Content-Language": {"zh": "zh-CN", "en": "en"}[language]})


def described(refused: Refused, language: Language) -> dict[str, Any]:
    """One entry of ``errors``."""
    return explain(Fault(code=refused.code, facts=refused.facts), language)


def language_of(accept_language: str | None) -> Language:
    """Chinese, unless English is what a page asks for first."""
    return "en" if (accept_language or "").strip().lower().startswith("en") else "zh"
