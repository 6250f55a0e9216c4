"""Problem documents for refusals, in the page's language and in the same form as the server's."""

from starlette.responses import JSONResponse

from card_agent.port import Refused
from domain.problems import CATALOGUE, Fault, explain
from domain.problems.kinds import Language


class Problem(JSONResponse):
    """Response of the media type ``application/problem+json``."""

    media_type = "application/problem+json"


def problem(refused: Refused, accept_language: str | None) -> Problem:
    """Returns the document: code, text and remedy, in Chinese or English."""
    language = _language(accept_language)
    known, entry = CATALOGUE[refused.code], explain(Fault(code=refused.code, facts=refused.facts), language)
    document = {
        "type": f"urn:yuyue:problem:{refused.code}",
        "title": getattr(known.title, language),
        "status": known.status,
        "detail": entry["message"],
        "code": refused.code,
        "errors": [entry],
        "facts": refused.facts,
    }
    return Problem(document, known.status, headers={"Content-Language": {"zh": "zh-CN", "en": "en"}[language]})


def _language(accept_language: str | None) -> Language:
    return "en" if (accept_language or "").strip().lower().startswith("en") else "zh"
