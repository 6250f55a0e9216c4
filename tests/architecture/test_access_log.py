"""Each word that the access log keeps for what happened has its texts on the operators' page."""

import ast
import re
from collections.abc import Iterator

from db.audit import SWEPT
from tests.architecture.source import ROOT, files, tree

TEXTS = (ROOT / "web/src/pages/operators/access/modules/happenings.ts").read_text(encoding="utf-8")
WORD = re.compile(r"[a-z_]+(\.[a-z_]+)*")


def modules() -> Iterator[ast.Module]:
    """Modules that write to the access log."""
    for path in files("api", "identity"):
        if re.search("access_log|record_", path.read_text(encoding="utf-8")):
            yield tree(path)


def recorders(module: ast.Module) -> dict[str, int]:
    """Functions that take the word: name → its place among the arguments of a call."""
    found = {"record_act": 3, "record_look": 2}
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef):
            names = [each.arg for each in node.args.args if each.arg != "self"]
            found |= {node.name: names.index("what")} if "what" in names else {}
    return found


def constants(module: ast.Module) -> Iterator[str]:
    """Texts of the module that are given a name in capitals."""
    for node in module.body:
        if isinstance(node, ast.Assign):
            yield from texts(node.value)


def texts(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and WORD.fullmatch(each.value):
            yield each.value


def words(module: ast.Module) -> Iterator[str]:
    """Words that the module records, by position or as ``what=``; named ones are taken from its constants."""
    places = recorders(module)
    for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in places and len(call.args) > places[name]:
            yield from texts(call.args[places[name]])
        if name == "Access":
            yield from (text for each in call.keywords if each.arg == "what" for text in texts(each.value))
    if any(isinstance(node, ast.FunctionDef) and node.name == "record_look" for node in module.body):
        yield from constants(module)


def test_each_word_of_the_access_log_has_a_text() -> None:
    recorded = {SWEPT} | {word for module in modules() for word in words(module)}
    assert {"login", "login.refused", "key.revoked", "user.password", "personal.receipt"} <= recorded
    assert recorded - set(re.findall(r"'what\.([a-z_.]+)'", TEXTS)) == set()
