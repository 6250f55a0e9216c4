"""The behaviours of others: each script is listed, pins what it installs, and cleans up behind itself."""

import os
import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

FINDINGS = ROOT / "findings"
SCRIPTS = sorted(FINDINGS.glob("*.sh"))
LISTED = re.compile(r"^- `([a-z0-9.-]+\.sh)`: ", re.MULTILINE)
INSTALLS = re.compile(r"(?:bin/pip\"? install|npm install) ((?:.*\\\n)*.*)")
PINNED = re.compile(r"[@\w./-]+(?:==|@)\d[\w.]*")


def test_the_list_names_every_script_once() -> None:
    listed = LISTED.findall((FINDINGS / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == [script.name for script in SCRIPTS]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script.stem))
def test_a_script_pins_its_packages_and_removes_its_folder(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert os.access(script, os.X_OK)
    assert "trap 'rm -rf \"$folder\"' EXIT" in text
    packages = [word for line in INSTALLS.findall(text) for word in line.split() if not word.startswith(("--", "\\"))]
    assert packages
    assert [package for package in packages if not PINNED.fullmatch(package)] == []
