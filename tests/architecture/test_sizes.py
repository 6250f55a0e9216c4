"""Functions and files stay small enough to be read at once."""

import ast
from collections.abc import Iterator

from tests.architecture.source import ROOT, files, shown, tree

FUNCTION_LINES = 50
FILE_LINES = 400
WORKER_LINES = 60


def _functions(module: ast.Module) -> Iterator[tuple[ast.AST, int]]:
    """Every function with its length in lines, its docstring apart."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = ast.get_docstring(node, clean=False) is not None
            prose = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
            yield node, (node.end_lineno or node.lineno) - node.lineno + 1 - prose


def test_no_function_is_longer_than_a_screen() -> None:
    lengths = ((shown(path, node), lines) for path in files() for node, lines in _functions(tree(path)))
    assert [(where, lines) for where, lines in lengths if lines > FUNCTION_LINES] == []


def test_no_file_outgrows_itself() -> None:
    lengths = ((str(path.relative_to(ROOT)), len(path.read_text(encoding="utf-8").splitlines())) for path in files())
    assert [(name, lines) for name, lines in lengths if lines > FILE_LINES] == []


def test_the_worker_only_assembles() -> None:
    assert len((ROOT / "worker.py").read_text(encoding="utf-8").splitlines()) <= WORKER_LINES


def test_a_docstring_does_not_count() -> None:
    specimen = 'def f() -> int:\n    """One.\n\n    Two.\n    """\n    return 1\n'
    assert [lines for _, lines in _functions(ast.parse(specimen))] == [2]
