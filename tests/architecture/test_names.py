"""One class name means one thing: a search for it finds its class."""

import ast
from collections import defaultdict
from pathlib import Path

from tests.architecture.source import ROOT, files, packages, tree

#: Programs of their own: they speak to the others over HTTP alone, and share no word with them.
APART = frozenset({"bench", "card_agent", "simulator"})

#: Several classes of one name: a protocol and what fulfils it, or one noun of the API in two of its bodies.
SHARED = frozenset({"Addressee", "Item", "SpecialDay"})


def _public_classes(path: Path) -> list[str]:
    return [node.name for node in tree(path).body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]


def test_a_class_name_stands_for_one_class() -> None:
    homes = defaultdict(list)
    for path in files(*sorted(set(packages()) - APART)):
        for name in _public_classes(path):
            homes[name].append(str(path.relative_to(ROOT)))
    assert {name: where for name, where in homes.items() if len(where) > 1 and name not in SHARED} == {}
    assert {name for name in SHARED if len(homes[name]) < 2} == set()
