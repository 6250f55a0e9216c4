"""The commands as they are typed, on a database of their own."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.up.ports import PortNumbers
from cli.up.preparation import prepare_database
from cli.up.secrets import Secrets
from db.calendar import years
from db.engine import connect, reading
from db.reference import ports
from identity.keys import Keys
from identity.principal import Scope
from runtime.layout import Layout
from tests.copies import Copy

HEAVY = ("temporalio", "sqlalchemy", "fastapi", "httpx", "pydantic")


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path}/yuyue.db"
    monkeypatch.setenv("YUYUE_DATABASE_URL", url)
    return url


@pytest.fixture
def url(empty: str, upgraded: Copy) -> str:
    """The address of a database as `yuyue db upgrade` leaves it."""
    return upgraded(Path(empty.removeprefix("sqlite:///")))


def run(*arguments: str) -> str:
    """The output of a command that must succeed."""
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_help_imports_nothing_heavy() -> None:
    code = f"import cli.main, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_db_upgrade_makes_an_empty_file_usable_and_again_changes_nothing(empty: str) -> None:
    assert "- → " in run("db", "upgrade")
    with reading(connect(empty)) as session:
        assert ports(session)
        first = years(session)
    run("db", "upgrade")
    with reading(connect(empty)) as session:
        assert years(session) == first


def test_key_add_prints_a_key_that_opens_what_was_asked_for(url: str) -> None:
    key = run("key", "add", "--name", "erp", "--scope", "appointments", "--customs-code", "3122260002").strip()
    principal = Keys(connect(url)).principal(key, datetime.now(UTC))
    assert principal
    assert (principal.name, principal.customs_code) == ("erp", "3122260002")
    assert principal.scopes == {Scope.APPOINTMENTS}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--scope", "everything"),
        ("--scope", "appointments"),
        ("--scope", "operations", "--customs-code", "3122260002"),
        ("--scope", "appointments", "--customs-code", "312226000"),
    ],
)
def test_key_add_refuses_a_key_that_would_open_nothing_or_for_nobody(url: str, arguments: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, ["key", "add", "--name", "erp", *arguments])
    assert result.exit_code == 1
    assert Keys(connect(url)).principal(result.stdout.strip(), datetime.now(UTC)) is None


def test_demo_keys_act_for_their_enterprises(url: str, tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.prepare()
    demo_keys = Secrets.of(layout).demo_keys
    for _ in range(2):
        prepare_database(url, demo_keys)
    keys = Keys(connect(url))
    found = {name: keys.principal(key, datetime.now(UTC)) for name, key in demo_keys.items()}
    assert {name: principal and principal.customs_code for name, principal in found.items()} == {
        "advanced": "3122260001",
        "general": "3122260002",
        "importer": "3122260003",
        "importer_advanced": "3122260004",
        "dishonest": "3122260005",
        "unqualified": "3122260006",
        "operator": None,
        "customs": None,
    }
    assert found["operator"]
    assert found["operator"].scopes == {Scope.OPERATIONS}
    assert found["customs"]
    assert found["customs"].scopes == {Scope.RECEIPTS}


@pytest.mark.parametrize("command", ["api", "worker"])
def test_nothing_starts_on_demo_data_outside_the_sandbox(
    url: str, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    prepare_database(url, {})
    monkeypatch.delenv("YUYUE_SANDBOX", raising=False)
    result = CliRunner().invoke(app, [command])
    assert result.exit_code == 1
    assert "demo data" in result.stderr


def test_commands_beside_a_stack_are_told_by_its_data_dir(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "data")
    refused = CliRunner().invoke(app, ["db", "upgrade", "--data-dir", str(layout.root)])
    assert refused.exit_code == 1
    assert "not a data directory" in refused.stderr


def test_verify_without_temporal_fails_and_says_so(tmp_path: Path, upgraded: Copy) -> None:
    layout = Layout(tmp_path / "data")
    layout.prepare()
    layout.policy.write_text("")
    layout.ports.write_text('{"api": 1, "temporal": 1, "temporal_ui": 1, "simulator": 1, "card_agent": 1}')
    upgraded(layout.database)
    command = [sys.executable, "-m", "cli", "verify", "--data-dir", str(layout.root)]
    failed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "Temporal cannot be reached" in failed.stderr


def test_ports_of_a_stack_survive_as_json() -> None:
    assert PortNumbers(**PortNumbers.at(9000)._asdict()) == PortNumbers.at(9000)
