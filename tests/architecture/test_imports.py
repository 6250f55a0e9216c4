"""Imports go down only: the contracts of pyproject.toml, and the few things they cannot say."""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.source import ROOT, files, imported, packages, shown, tree

#: What a folder may import from outside, where that is a matter of principle. The standard library is free to all.
ALLOWED = {
    "domain": {"domain", "pydantic", "chinese_calendar", "stdnum"},
    "states": {"domain", "states", "statemachine"},
    "workflows": {"activities", "domain", "states", "workflows", "pydantic", "temporalio"},
}


def test_every_import_contract_is_kept() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_contracts_cover_every_folder() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    contracts = {contract["id"]: contract for contract in linter["contracts"]}
    layered = {name for layer in contracts["layers"]["layers"] for name in layer.split(" | ")}
    assert layered == set(packages())
    assert set(linter["root_packages"]) == set(packages())
    assert set(contracts["no-knots"]["ancestors"]) == set(packages())


def test_the_innermost_folders_use_nothing_but_what_they_may() -> None:
    strangers = [
        f"{shown(path, node)} {module}"
        for folder, allowed in ALLOWED.items()
        for path in files(folder)
        for node, module in imported(tree(path))
        if module.split(".")[0] not in allowed | sys.stdlib_module_names
    ]
    assert strangers == []


def test_nothing_imports_the_worker() -> None:
    assert [shown(path, node) for path in files() for node, module in imported(tree(path)) if module == "worker"] == []


def test_tests_import_helpers_and_never_another_test() -> None:
    assert [
        f"{shown(path, node)} {module}"
        for path in files("tests")
        for node, module in imported(tree(path))
        if module.rpartition(".")[2].startswith("test_")
    ] == []
