"""Command × fault: each ends with the cause and a remedy that fits it, one line in each language, exit code 1."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.main import get_command

from cli.main import app
from tests.integration.cli.conftest import run
from tests.integration.cli.faults import DATABASE, KEYS, OBJECTS, SETTINGS, TEMPORAL, Fault, Place
from tests.integration.db.servers import postgres_server

#: Every command that asks the database of the settings, as it may be typed.
ASKING = (
    "db upgrade",
    "verify",
    "verify --signatures",
    "rebuild",
    "revive --all --reason restored",
    "worker",
    "api --port 0",
    "access list",
    "key add --name erp --scope operations",
    "key list",
    "key revoke erp",
    "keys list",
    "keys rotate",
    "keys retire k1",
    "user add ann --operator",
    "user add ann --operator --display-name Ann",
    "user grant ann",
    "user set ann --ports all",
    "user list",
    "user disable ann",
    "user passwd ann",
    "calendar show 5301",
    "calendar day 5301 2031-01-06",
    "calendar plan 5301",
    "calendar publish 2031 --holidays 2031-01-01=元旦",
    "calendar gaps",
    "calendar history",
    "import ports {folder}/sheet.csv",
    "import hs {folder}/sheet.csv",
    "import enterprises {folder}/sheet.csv",
    "import calendar {folder}/sheet.csv",
    "import work-hours {folder}/sheet.csv",
)
#: Those that ask none, or one that their own options name; tested below, in ``test_folders`` or in tests of their own.
OTHERS = {"up", "demo", "card-agent", "doctor", "backup", "restore", "reconcile", "docs", "keys rewrap"}
OTHERS |= {"import-box", "customs check"}
OTHERS |= {f"pki {name}" for name in ("init", "card", "revoke", "renew", "list")}

#: One process and one command are tried where the same lines report a fault for all.
API, WORKER, SOME = "api --port 0", "worker", ("api --port 0", "key list")

CELLS = [
    *((command, "refused", DATABASE) for command in ASKING),
    *((command, name, DATABASE) for command in SOME for name in DATABASE if name != "refused"),
    *((WORKER, name, DATABASE) for name in ("no_file", "no_tables", "newer")),
    *(("db upgrade", name, DATABASE) for name in ("unknown_host", "no_folder", "a_folder", "garbage", "newer")),
    *((API, name, SETTINGS) for name in SETTINGS),
    *((command, "policy", SETTINGS) for command in (WORKER, "key list", "db upgrade")),
    *((API, name, KEYS) for name in KEYS),
    *((command, "no_keys", KEYS) for command in (WORKER, "keys list", "keys rewrap", "user add ann --display-name A")),
    *((command, name, TEMPORAL) for command in ("worker", "verify") for name in TEMPORAL),
    *((command, name, OBJECTS) for command in ("keys list", "keys rewrap") for name in OBJECTS),
]


def leaves(command: object, path: str = "") -> Iterator[str]:
    """Every command that can be typed."""
    below = getattr(command, "commands", None)
    if below is None:
        yield path
        return
    for name, each in below.items():
        yield from leaves(each, f"{path} {name}".strip())


def test_every_command_stands_in_the_table() -> None:
    typed = {each for each in leaves(get_command(app)) if any(f"{line} ".startswith(f"{each} ") for line in ASKING)}
    assert set(leaves(get_command(app))) == typed | OTHERS


def refused(command: str, place: Place, fault: Fault) -> None:
    settings = place.environment() | dict(fault.happen(place))
    said = run(["cli", *command.format(folder=place.folder).split()], settings)
    assert said.code == 1, said
    assert "Traceback" not in said.out + said.err
    assert fault.cause in said.english, said.err
    assert fault.remedy.format(folder=place.folder) in said.english, said.err
    assert ("db upgrade" in said.err) == fault.upgrade, said.err
    assert not re.search(r"secret|u:p@", said.out + said.err), "an address may hold a password"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "fault"),
    [pytest.param(command, kind[name], id=f"{command}-{name}") for command, name, kind in CELLS],
)
def test_a_command_says_what_is_wrong_and_what_helps(command: str, fault: Fault, place: Place) -> None:
    refused(command, place, fault)


@pytest.fixture(scope="module")
def postgres() -> Iterator[sa.URL]:
    """A PostgreSQL that asks one of its users for a password."""
    with postgres_server() as server:
        admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with admin.connect() as connection:
            connection.exec_driver_sql("CREATE ROLE visitor LOGIN PASSWORD 'right'")
            hba = Path(connection.exec_driver_sql("SHOW hba_file").scalar_one())
            rules = hba.read_text("utf-8")
            hba.write_text(f"local all visitor scram-sha-256\nhost all visitor all scram-sha-256\n{rules}", "utf-8")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        yield server


def address(server: sa.URL, **changes: str) -> str:
    return server.set(**changes).render_as_string(hide_password=False)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("command", ["db upgrade", "api --port 0", "worker", "key list"])
def test_postgresql_says_what_is_wrong_by_its_own_words(command: str, place: Place, postgres: sa.URL) -> None:
    wrong = {
        address(postgres, username="visitor", password="wrong"): ("refuses the user name or the password", False),
        address(postgres, database="none"): ("no database of that name", True),
    }
    for url, (cause, upgrade) in wrong.items():
        settings = {"YUYUE_DATABASE_URL": url}
        refused(command, place, Fault(lambda _, settings=settings: settings, cause, "", upgrade))  # type: ignore[misc]


@pytest.mark.slow
@pytest.mark.postgres
def test_an_unmigrated_postgresql_is_to_be_upgraded_and_a_visitor_may_not(place: Place, postgres: sa.URL) -> None:
    settings = {"YUYUE_DATABASE_URL": address(postgres)}
    refused("key list", place, Fault(lambda _: settings, "tables of this version", "db upgrade", upgrade=True))
    visitor = {"YUYUE_DATABASE_URL": address(postgres, username="visitor", password="right")}
    refused("db upgrade", place, Fault(lambda _: visitor, "the database user may not", "grant it"))


@pytest.mark.parametrize("module", ["cli api", "simulator", "card_agent"])
def test_a_port_that_is_taken_is_named(module: str, place: Place) -> None:
    options = {
        "simulator": f"--receipts-url http://127.0.0.1:1/ --database {place.folder}/office.db",
        "card_agent": f"--origin http://127.0.0.1:1 --cards {place.folder} --pairing {place.folder}/code",
    }
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = str(holder.getsockname()[1])
        said = run([*module.split(), "--port", port, *options.get(module, "").split()], place.environment())
    assert said.code == 1
    assert f"{port}" in said.english
    assert "choose another" in said.english


def test_a_disk_that_takes_no_more_is_named(place: Place) -> None:
    """A limit on the size of files: every write beyond it fails, as on a disk that is full."""
    place.database.unlink()
    limited = [
        "/bin/bash",
        "-c",
        'ulimit -f 64; exec "$@"',
        "limited",
        sys.executable,
        "-P",
        "-m",
        "cli",
        "db",
        "upgrade",
    ]
    said = subprocess.run(
        limited, env=os.environ | place.environment(), capture_output=True, text=True, check=False, timeout=60
    )
    assert said.returncode == 1
    assert "check the disk and the room on it" in said.stderr
    assert "Traceback" not in said.stderr


#: A path below a file can be used by nobody, root included; below /sys nobody may make a file.
@pytest.mark.parametrize("folder", ["{folder}/sheet.csv/below", "/sys/yuyue"])
@pytest.mark.parametrize(
    "command",
    [
        "cli up --port-base 0 --data-dir {place}",
        "cli pki init {place}",
        "cli db upgrade",
        "cli api --port 0",
        "simulator --port 0 --receipts-url http://127.0.0.1:1/ --database {place}/office.db",
        "card_agent --port 0 --origin http://127.0.0.1:1 --cards . --pairing {place}/code",
    ],
)
def test_a_folder_that_cannot_be_written_is_named(command: str, folder: str, place: Place) -> None:
    where = folder.format(folder=place.folder)
    settings = place.environment() | {"YUYUE_DATA_DIR": where}
    if "upgrade" in command:
        settings |= {"YUYUE_DATABASE_URL": f"sqlite:///{where}/yuyue.db"}
    said = run(command.format(place=where).split(), settings)
    assert said.code == 1
    assert where in said.err
    assert "Traceback" not in said.out + said.err
    assert [line for line in said.err.splitlines() if line.startswith("✗ ")], said.err
