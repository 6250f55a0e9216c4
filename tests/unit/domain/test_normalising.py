"""One table of cases for both sides: ``web/src/normalise.test.ts`` reads the same file."""

import json
from pathlib import Path

import pytest

from domain import normalising

CASES = json.loads(Path(__file__).with_name("normalising.json").read_text(encoding="utf-8"))
ROWS = [(kind, typed, read) for kind, rows in CASES.items() for typed, read in rows]


@pytest.mark.parametrize(("kind", "typed", "read"), ROWS)
def test_what_is_typed_is_read(kind: str, typed: str, read: str) -> None:
    normalise = getattr(normalising, kind)
    assert normalise(typed) == read
    assert normalise(read) == read
