"""The Bruno collection names calls that the API has; `make bruno` runs them."""

import re
from functools import cache
from typing import Any

import pytest

from api.app import create_app
from runtime.settings import Settings
from tests.architecture.source import ROOT

REQUESTS = sorted((ROOT / "clients" / "bruno").glob("*-*.bru"))
CALL = re.compile(r"^(get|post|put|delete) \{\n  url: \{\{api\}\}([^?\n]+)", re.MULTILINE)


@cache
def document() -> dict[str, Any]:
    return create_app(Settings()).openapi()


@pytest.mark.parametrize("name", [path.name for path in REQUESTS])
def test_a_request_is_a_call_of_the_document(name: str) -> None:
    found = CALL.search((ROOT / "clients" / "bruno" / name).read_text("utf-8"))
    assert found, name
    path = found[2].replace("{{number}}", "{pre_entry_no}")
    assert found[1] in document()["paths"][path]


def test_there_are_requests() -> None:
    assert len(REQUESTS) >= 8
