"""Who may call what: ``access.txt`` as it is read, and the routes of the application it must name."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from fastapi import FastAPI
from starlette.routing import BaseRoute

from api.page.build import Build

TABLE = Path(__file__).with_name("access.txt")
#: The marks of the table.
ADMITTED, UNKNOWN, FORBIDDEN, HIDDEN, NOT_ASKED = "ok", "401", "403", "404", "·"
DECLARING, ADMINISTRATORS = "full", "admn"
#: Marks of the column ``operator``: the roles of which one is needed. A keeper of one port has ``PORT`` alone.
CASES, PORT, PORTS, KEEPERS, SYSTEM = "case", "port", "ports", "keep", "syst"
ROLE_MARKS = frozenset({CASES, PORT, PORTS, KEEPERS, SYSTEM})
MARKS = frozenset({ADMITTED, UNKNOWN, FORBIDDEN, HIDDEN, NOT_ASKED, DECLARING, ADMINISTRATORS}) | ROLE_MARKS


class Row(NamedTuple):
    """A route; ``applicant``, ``consignee`` and ``other`` are enterprises, where it is about one appointment."""

    method: str
    path: str
    anyone: str
    enterprise: str
    operator: str
    customs: str
    applicant: str
    consignee: str
    other: str

    @property
    def route(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def about_one(self) -> bool:
        """Returns True if the route is about one appointment."""
        return self.other != NOT_ASKED


def rows() -> list[Row]:
    """The table, comments and blank lines apart."""
    lines = (line.split() for line in TABLE.read_text(encoding="utf-8").splitlines() if line.strip())
    return [Row(*line) for line in lines if not line[0].startswith("#")]


def routes(app: FastAPI) -> list[str]:
    """``METHOD path`` of everything that answers; a mounted folder answers to ``*``.

    The paths of the page's own router are left out: which there are depends on the build, and all of them give the
    one file that ``GET /`` gives, which is in the table.
    """
    pages = {f"GET {path}" for path in Build.found().pages()} - {"GET /"}
    return sorted(set(_walk(app.routes, "")) - pages)


def _walk(found: Iterable[BaseRoute], prefix: str) -> Iterator[str]:
    for route in found:
        inner = getattr(route, "original_router", None)
        if inner is not None:  # FastAPI keeps an included router whole
            yield from _walk(inner.routes, prefix + route.include_context.prefix)  # type: ignore[attr-defined]
            continue
        path = prefix + route.path  # type: ignore[attr-defined]  # every other kind has one
        for method in sorted((getattr(route, "methods", None) or {"*"}) - {"HEAD"}):
            yield f"{method} {path}"
