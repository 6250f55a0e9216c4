"""Commands on folders × fault: each says cause and remedy, exit code 1, and leaves every file as it was."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from cli.up.policy import write_policy
from cli.up.ports import PortNumbers
from cli.up.secrets import Secrets
from runtime.layout import Layout
from tests.integration.cli.conftest import ABORTING, Said, run
from tests.integration.cli.faults import DATABASE, Place

BACKUP = "backup {folder}.out --data-dir {folder}"
RECONCILE = "reconcile --data-dir {folder} --since 2026-01-01"
RESTORE = "restore {folder}.copy --data-dir {folder}.new --keys {folder}/secrets.json"
CARD = "pki card {folder}/pki --customs-code 3122260002"
RENEW, LIST = "pki renew {folder}/pki", "pki list {folder}/pki"


class Case(NamedTuple):
    """A command, what happens to its files before, and what it must say."""

    command: str
    happen: Callable[[Place], object]
    cause: str
    remedy: str


def removed(name: str) -> Callable[[Place], object]:
    return lambda place: where(place, name).unlink()


def damaged(name: str, content: bytes = b"damaged " * 100) -> Callable[[Place], object]:
    return lambda place: where(place, name).write_bytes(content)


def where(place: Place, name: str) -> Path:
    return Path(name.format(folder=place.folder))


def nothing(_: Place) -> None:
    """The command itself is at fault."""


def full_folder(place: Place) -> None:
    for name in (".out", ".new"):
        folder = Path(f"{place.folder}{name}")
        folder.mkdir(exist_ok=True)
        (folder / "kept").write_text("kept", encoding="utf-8")


CASES = {
    "no_database": Case(BACKUP, removed("{folder}/yuyue.db"), "yuyue.db is missing", "--data-dir"),
    "no_temporal": Case(BACKUP, removed("{folder}/temporal.db"), "temporal.db is missing", "--data-dir"),
    "no_stack": Case(BACKUP, removed("{folder}/ports.json"), "not a data directory", "yuyue up"),
    "a_folder": Case(BACKUP, DATABASE["a_folder"].happen, "yuyue.db is no file that can be opened", "check"),
    "garbage": Case(BACKUP, DATABASE["garbage"].happen, "yuyue.db is not an SQLite database", "check"),
    "temporal_garbage": Case(BACKUP, damaged("{folder}/temporal.db"), "temporal.db is not an SQLite", "check"),
    "no_tables": Case(BACKUP, DATABASE["no_tables"].happen, "tables of this version", "yuyue db upgrade"),
    "no_keys": Case(BACKUP, damaged("{folder}/secrets.json", b"{"), "is damaged", "restore it from a backup"),
    "bad_keys": Case(
        BACKUP,
        damaged("{folder}/secrets.json", b'{"seal_keys": "k1:xx", "fingerprint_key": "x"}'),
        "the seal keys cannot be used",
        "YUYUE_SEAL_KEYS",
    ),
    "target_in_use": Case(BACKUP, full_folder, "is not empty", "name another folder"),
    "target_a_file": Case(
        BACKUP.replace("{folder}.out", "{folder}/sheet.csv"), nothing, "sheet.csv: a part of the path", "check"
    ),
    "target_forbidden": Case(BACKUP.replace("{folder}.out", "/sys/yuyue"), nothing, "permission denied", "check"),
    **{
        f"reconcile_{name}": Case(RECONCILE, DATABASE[name].happen, DATABASE[name].cause, DATABASE[name].remedy)
        for name in ("no_file", "no_tables", "newer")
    },
    "reconcile_refused": Case(RECONCILE, nothing, "Temporal cannot be reached", "start it, or check TEMPORAL_ADDRESS"),
    "reconcile_no_stack": Case(RECONCILE, removed("{folder}/ports.json"), "not a data directory", "yuyue up"),
    "reconcile_nothing": Case(RECONCILE.partition(" --since")[0], nothing, "nothing to reconcile", "--since"),
    "reconcile_mark": Case(
        RECONCILE.partition(" --since")[0], damaged("{folder}/reconcile.json"), "reconcile.json is damaged", "--since"
    ),
    "no_manifest": Case(RESTORE, removed("{folder}.copy/backup.json"), "not a sound backup", "use another"),
    "bad_manifest": Case(RESTORE, damaged("{folder}.copy/backup.json"), "not a sound backup", "use another"),
    "changed": Case(RESTORE, damaged("{folder}.copy/yuyue.db"), "yuyue.db: changed since", "use another"),
    "missing": Case(RESTORE, removed("{folder}.copy/temporal.db"), "temporal.db: missing", "use another"),
    "keys_damaged": Case(RESTORE, damaged("{folder}/secrets.json"), "holds no seal keys", "--keys"),
    "keys_binary": Case(RESTORE, damaged("{folder}/secrets.json", b"\xff\xfe\0"), "holds no seal keys", "--keys"),
    "keys_left_out": Case(RESTORE.partition(" --keys")[0], nothing, "holds no seal keys", "--keys"),
    "restore_in_use": Case(RESTORE, full_folder, "not empty: nothing was restored", "name another folder"),
    "restore_killed": Case(
        "up --data-dir {folder} --port-base 0",
        lambda place: where(place, "{folder}/restore-unfinished").touch(),
        "was not finished",
        "run `yuyue restore` again",
    ),
    "restore_a_file": Case(
        RESTORE.replace("{folder}.new", "{folder}/sheet.csv"), nothing, "sheet.csv: a part of the path", "check"
    ),
    "restore_forbidden": Case(RESTORE.replace("{folder}.new", "/sys/yuyue"), nothing, "permission denied", "check"),
    "pki_in_use": Case("pki init {folder}", nothing, "is not empty", "name another folder"),
    "pki_a_file": Case("pki init {folder}/sheet.csv", nothing, "sheet.csv: a part of the path", "check"),
    "pki_none": Case(LIST.replace("/pki", ""), nothing, "holds no sandbox authority", "yuyue pki init"),
    **{
        f"index_{command.split()[1]}": Case(command, damaged("{folder}/pki/index.json"), "is damaged", "put a copy")
        for command in (CARD, RENEW, LIST)
    },
    "index_empty": Case(LIST, damaged("{folder}/pki/index.json", b"{}"), "index.json is damaged", "put a copy"),
    "key_damaged": Case(CARD, damaged("{folder}/pki/private/p256-issuing.key"), "p256-issuing.key is damaged", "copy"),
    "key_missing": Case(CARD, removed("{folder}/pki/private/p256-issuing.key"), "p256-issuing.key: there is no", "che"),
    "crl_key": Case(RENEW, damaged("{folder}/pki/private/sm2-root.key"), "sm2-root.key is damaged", "put a copy"),
}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, upgraded: Callable[[Path], str]) -> Path:
    """A data directory of a stack that is not running, with an authority, and a backup of it beside it."""
    folder = tmp_path_factory.mktemp("template") / "data"
    layout = Layout(folder)
    layout.prepare()
    upgraded(layout.database)
    Secrets.of(layout)
    write_policy(None, layout.policy)
    with closing(sqlite3.connect(layout.temporal)) as database, database:
        database.execute("CREATE TABLE executions (id)")
    for command in (f"pki init {folder}/pki", BACKUP.format(folder=folder).replace(".out", ".copy")):
        write_ports(layout, 1)
        said = run(["cli", *command.split()], {})
        assert said.code == 0, said
    return folder


def write_ports(layout: Layout, port: int) -> None:
    layout.ports.write_text(json.dumps(PortNumbers(*[port] * 5)._asdict()), encoding="utf-8")


@pytest.fixture
def stack(tmp_path: Path, template: Path, refusing: int) -> Place:
    """A copy of them; every port of the stack refuses."""
    place = Place(tmp_path / "data", refusing)
    shutil.copytree(template, place.folder)
    shutil.copytree(f"{template}.copy", f"{place.folder}.copy")
    write_ports(Layout(place.folder), refusing)
    (place.folder / "sheet.csv").touch()
    return place


def content(folder: Path) -> dict[str, bytes]:
    """Every file, those apart that SQLite makes beside a database that is read."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm")))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def english(said: Said) -> str:
    """The English line; commands of the sandbox's authority warn before."""
    lines = said.err.splitlines()
    warned = 2 if lines[0].startswith("!") else 0
    return Said(said.code, said.out, "\n".join(lines[warned:])).english


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_command_says_what_is_wrong_and_leaves_all_as_it_was(case: Case, stack: Place) -> None:
    case.happen(stack)
    before = content(stack.folder.parent)
    said = run(["cli", *case.command.format(folder=stack.folder).split()], {})
    assert said.code == 1, said
    assert case.cause in english(said), said.err
    assert case.remedy in english(said), said.err
    assert "Traceback" not in said.out + said.err
    assert content(stack.folder.parent) == before


@pytest.mark.slow
@pytest.mark.parametrize("command", [BACKUP, RESTORE, "pki init {folder}.pki", CARD])
def test_on_a_full_disk_half_a_folder_is_removed_again(command: str, stack: Place) -> None:
    """A limit on the size of files is a disk that is full in the middle."""
    before = content(stack.folder.parent)
    said = limited(command.format(folder=stack.folder).split(), {}, blocks=0 if "pki" in command else 64)
    assert said.code == 1, said
    assert ("room on it" in english(said)) or ("raise the limit" in english(said)), said.err
    assert content(stack.folder.parent) == before
    assert not [name for name in ("out", "new", "pki") if Path(f"{stack.folder}.{name}").exists()]


#: Runs the command and dies after the second file that it copies.
DYING = """
import os, runpy, shutil, signal
copy, copied = shutil.copyfile, []
def dying(source, target):
    copied.append(copy(source, target))
    if len(copied) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
shutil.copyfile = dying
runpy.run_module("cli", run_name="__main__")
"""


@pytest.mark.slow
def test_a_restore_that_was_killed_is_made_again(stack: Place) -> None:
    arguments = RESTORE.format(folder=stack.folder).split()
    killed = subprocess.run([sys.executable, "-P", "-c", DYING, *arguments], check=False, capture_output=True)
    assert killed.returncode == -9, killed
    assert run(["cli", *arguments], {}).code == 0
    again = content(Path(f"{stack.folder}.new"))
    shutil.rmtree(f"{stack.folder}.new")
    assert run(["cli", *arguments], {}).code == 0
    assert content(Path(f"{stack.folder}.new")) == again


@pytest.mark.slow
def test_a_demo_that_cannot_start_says_why() -> None:
    # So little that the database fails at its first write, long before Temporal's server is given up for its own.
    said = limited(["demo"], {}, blocks=4)
    assert said.code == 1, said
    assert "check the disk and the room on it" in said.err
    assert "Traceback" not in said.out + said.err


def limited(arguments: list[str], settings: Mapping[str, str], *, blocks: int) -> Said:
    """The answer of a command under which no file may have more than so many KiB."""
    shell = ["/bin/bash", "-c", f'ulimit -f {blocks}; exec "$@"', "limited", sys.executable, "-P", "-m", "cli"]
    environment = os.environ | {"PYTHONPATH": str(ABORTING)} | dict(settings)
    ended = subprocess.run(
        [*shell, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    return Said(ended.returncode, ended.stdout, ended.stderr)
