"""Search while typing in ports 关区 and the tariff 税则. Answers may be cached for a minute (RFC 9111)."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from fastapi.responses import Response

from api.context import Context, ContextDep
from api.http import etags
from api.http.problems import refuse_if
from api.openapi.responses import UNCHANGED
from api.views import View
from db.lists import ListName
from db.lookup import Index, Term
from db.lookup.folding import folded, is_code
from domain.codes import TRANSPORT_MODES, hs_fault
from domain.normalising import free_text
from domain.problems import Fault
from domain.problems.kinds import Language

router = APIRouter(prefix="/api/v1", tags=["reference"])

MAX_PORTS = 50
#: A heading may have more lines than a short list holds, and users pick one of them.
MAX_HS_CODES = 200
_HEADING_DIGITS = 4
#: A browser sees an import after a minute at the latest; repeated searches cost no call.
_KEEP = {"Cache-Control": "private, max-age=60"}

Typed = Annotated[str, Query(max_length=50)]
Known = Annotated[str | None, Header(alias="If-None-Match", description="ETag")]


class PortView(View):
    """关区."""

    code: str
    name: str
    name_en: str | None


class Ports(View):
    """The best 50, best first; ``more``: there are more."""

    items: list[PortView]
    more: bool


class ModeView(View):
    """运输方式."""

    code: str
    name: str
    name_en: str


class Names(View):
    """The names of all ports and all transport modes, by code."""

    ports: list[PortView]
    transport_modes: list[ModeView]


class HsCodeView(View):
    """A heading 品目 (4 digits), or a line (10 digits) with its heading's name."""

    code: str
    name: str
    kind: Literal["heading", "line"]
    heading: str | None


class HsCodes(View):
    """The best 200, best first; ``heading``: the heading of the digits in ``q``.

    ``complete``: the official tariff was imported as a whole. Otherwise a code that is not here may still exist and be
    declared.
    """

    items: list[HsCodeView]
    heading: HsCodeView | None
    more: bool
    complete: bool


@router.get("/ports", response_model=Ports, responses=UNCHANGED)
def find_ports(ctx: ContextDep, q: Typed = "", known: Known = None) -> Response:
    """Finds ports by code, Chinese name, pinyin, initials or English; without ``q`` lists all of them by code."""
    index, _ = _index(ctx, "ports")
    found = _found(index, q, MAX_PORTS + 1) if free_text(q) else index.terms
    items = [PortView(code=each.code, name=each.name, name_en=each.name_en) for each in found[:MAX_PORTS]]
    return _answer(Ports(items=items, more=len(found) > MAX_PORTS), known)


@router.get("/names", response_model=Names, responses=UNCHANGED)
def list_names(ctx: ContextDep, known: Known = None) -> Response:
    """Lists the names of all ports and transport modes, for tables that show their codes."""
    return _answer(Names(ports=_ports(ctx), transport_modes=all_modes()), known)


def named(ctx: Context, language: Language) -> dict[str, dict[str, str]]:
    """Returns kind → code → name in one language; a port without an English name has its Chinese one."""
    kinds: dict[str, Sequence[PortView | ModeView]] = {"ports": _ports(ctx), "transport_modes": all_modes()}
    return {
        kind: {each.code: (each.name_en if language == "en" else None) or each.name for each in views}
        for kind, views in kinds.items()
    }


def all_modes() -> list[ModeView]:
    """Returns the whole 运输方式代码表."""
    return [ModeView(code=code, name=zh, name_en=en) for code, (zh, en) in TRANSPORT_MODES.items()]


@router.get("/hs-codes", response_model=HsCodes, responses=UNCHANGED)
def find_hs_codes(ctx: ContextDep, q: Typed, known: Known = None) -> Response:
    """Finds tariff lines by the first 4 to 10 digits of the code, by Chinese name, pinyin or initials."""
    refuse_if(_q_faults(q))
    index, complete = _index(ctx, "hs_codes")
    found = _found(index, q, MAX_HS_CODES + 1)
    items = [_hs_code(index, term) for term in found[:MAX_HS_CODES]]
    heading = _heading(index, folded(q)) if is_code(folded(q)) else None
    answer = HsCodes(
        items=items,
        heading=_hs_code(index, heading) if heading else None,
        more=len(found) > MAX_HS_CODES,
        complete=complete,
    )
    return _answer(answer, known)


def _ports(ctx: Context) -> list[PortView]:
    index, _ = _index(ctx, "ports")
    return [PortView(code=each.code, name=each.name, name_en=each.name_en) for each in index.terms]


def _index(ctx: Context, name: ListName) -> tuple[Index, bool]:
    return ctx.read_sync(ctx.lists[name].current)


def _found(index: Index, q: str, limit: int) -> list[Term]:
    return [index.terms[hit.row] for hit in index.search(q, limit)]


def _q_faults(q: str) -> tuple[Fault, ...]:
    if not free_text(q):
        return (Fault(code="field.required", field="q"),)
    reason = hs_fault(folded(q), complete=False) if is_code(folded(q)) else None
    return (Fault(code="field.invalid", field="q", facts={"reason": reason}),) if reason else ()


def _hs_code(index: Index, term: Term) -> HsCodeView:
    above = _heading(index, term.code)
    if len(term.code) == _HEADING_DIGITS:
        return HsCodeView(code=term.code, name=term.name, kind="heading", heading=None)
    return HsCodeView(code=term.code, name=term.name, kind="line", heading=above.name if above else None)


def _heading(index: Index, code: str) -> Term | None:
    return index.code(code[:_HEADING_DIGITS])


def _answer(view: View, known: str | None) -> Response:
    """Returns the view with its ETag, or 304 when the caller has the same content."""
    content = view.model_dump_json().encode()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers: dict[str, Any] = {"ETag": tag} | _KEEP
    if etags.has(known, tag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)
