"""The locks: every version with its hashes, and no word about where it comes from."""

import re
import tomllib

import pytest

from tests.architecture.source import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-card.lock", "requirements-clients.lock")
PIN = re.compile(r"^([a-z0-9.-]+)(?:\[[a-z0-9,-]+\])?==([^ ;\\]+)", re.MULTILINE)
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def _pins(lock: str) -> list[tuple[str, str]]:
    """Name and version; a name stands twice if an older Python needs an older version."""
    return PIN.findall((ROOT / lock).read_text(encoding="utf-8"))


def _names(lock: str) -> set[str]:
    return {name for name, _ in _pins(lock)}


def _wanted(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stated = [each for extra in extras for each in project["optional-dependencies"][extra]] or project["dependencies"]
    return {match.group().lower().replace("_", "-") for match in map(NAME.match, stated) if match}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_version_is_pinned_with_its_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8").rstrip())
    assert len(entries) == len(_pins(lock))
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index" not in text.replace("indexes", "")


def test_everything_the_project_asks_for_is_locked() -> None:
    assert _wanted() - _names("requirements.lock") == set()
    assert _wanted("dev") - _names("requirements-dev.lock") == set()
    assert _wanted("card") - _names("requirements-card.lock") == set()
    assert _wanted("clients") - _names("requirements-clients.lock") == set()


def test_tests_run_on_what_production_runs_on() -> None:
    assert set(_pins("requirements.lock")) <= set(_pins("requirements-dev.lock"))


def test_nothing_is_installed_without_the_hashes_of_a_lock() -> None:
    """But ourselves, without what we depend on."""
    commands = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    installs = [line for line in commands if re.search(r"\$\(PIP\) (--python \S+ )?install ", line)]
    assert len(installs) == 4
    assert [each for each in installs if "--require-hashes" not in each and "--no-deps" not in each] == []
