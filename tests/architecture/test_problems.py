"""Every problem code that the code base speaks of is in the catalogue."""

import ast
import re
from collections.abc import Iterator

import pytest

from domain.problems import CATALOGUE
from tests.architecture.source import files, packages, shown, tree

FAMILIES = {code.split(".")[0] for code in CATALOGUE if "." in code}
CODE = re.compile(r"([a-z]+(?:_[a-z]+)*)\.[a-z]+(?:_[a-z]+)*")
FILE_ENDINGS = (".py", ".pdf", ".xml", ".xsd", ".csv", ".toml", ".md", ".json", ".html")


def _codes(module: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Literals that look like a code of a known family, and those given to ``Fault`` as code."""
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _of_a_family(node.value):
            yield node, node.value
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Fault"):
            yield from (
                (node, keyword.value.value)
                for keyword in node.keywords
                if keyword.arg == "code"
                and isinstance(keyword.value, ast.Constant)
                and isinstance(keyword.value.value, str)
            )


def _of_a_family(text: str) -> bool:
    match = CODE.fullmatch(text)
    return match is not None and match.group(1) in FAMILIES and not text.endswith(FILE_ENDINGS)


def test_every_code_is_in_the_catalogue() -> None:
    ours = files(*(folder for folder in packages() if folder != "simulator"))
    found = ((path, *code) for path in ours for code in _codes(tree(path)))
    assert [f"{shown(path, node)} {code}" for path, node, code in found if code not in CATALOGUE] == []


@pytest.mark.parametrize(
    ("specimen", "codes"),
    [
        ('Fault(code="wndow.past")', ["wndow.past"]),
        ('refuse("cutoff.pased")', ["cutoff.pased"]),
        ('open("calendar.csv")', []),
        ('name = "domain.calendar"', []),
    ],
)
def test_a_code_is_recognised(specimen: str, codes: list[str]) -> None:
    assert [code for _, code in _codes(ast.parse(specimen))] == codes
