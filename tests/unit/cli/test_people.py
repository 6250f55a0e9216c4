"""`yuyue user`, `yuyue key`, `yuyue access` as they are typed."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from typer.testing import CliRunner, Result

from cli.main import app
from cli.up.users import ROLES, prepare_users, read_users
from db import access_log, sessions, users
from db.access_log import Access
from db.engine import connect, reading, writing
from domain.instants import at
from identity.keys import Keys
from identity.passwords import Passwords
from runtime.ciphers import Algorithm, Key
from runtime.sealing import Keyring, Sealer, new_key
from tests.copies import Copy

PASSWORD = "滨海夜航 42 tideways"
AT = datetime(2026, 11, 24, tzinfo=UTC)
SEALER = Sealer(Keyring({"k1": Key.new(Algorithm.AES_256_GCM)}, b"f" * 32))


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, upgraded: Copy) -> str:
    url = upgraded(tmp_path / "yuyue.db")
    monkeypatch.setenv("YUYUE_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "200")
    return url


def run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(app, list(arguments), input=given)


def test_a_user_is_added_with_a_password_from_standard_input(url: str) -> None:
    done = run("user", "add", "Li.Lei", "--customs-code", "3122260002", given=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    with reading(connect(url)) as session:
        (user,) = users.all_users(session)
    assert (user.username, user.kind, user.customs_code) == ("li.lei", "enterprise", "3122260002")
    assert Passwords().verify(user.password_hash, PASSWORD)
    assert "li.lei" in run("user", "list").output


@pytest.mark.parametrize(
    ("arguments", "given", "told"),
    [
        (("li.lei", "--customs-code", "3122260002"), "short\n", "at least 12"),
        (("li.lei", "--customs-code", "3122260002"), "", "at least 12"),
        (("li.lei", "--customs-code", "3122260002"), "password1234\n", "too easy"),
        (("li.lei",), f"{PASSWORD}\n", "customs code"),
        (("li.lei", "--operator", "--customs-code", "3122260002"), f"{PASSWORD}\n", "customs code"),
        (("li lei", "--operator"), f"{PASSWORD}\n", "user name"),
        (("demo.x", "--operator"), f"{PASSWORD}\n", "sandbox"),
    ],
)
def test_what_would_not_do_is_not_added(url: str, arguments: tuple[str, ...], given: str, told: str) -> None:
    done = run("user", "add", *arguments, given=given)
    assert done.exit_code == 1
    assert told in done.stderr
    with reading(connect(url)) as session:
        assert users.all_users(session) == []


def test_rights_and_a_sealed_name_are_given_and_changed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUYUE_SEAL_KEYS", f"k1:{new_key()}")
    monkeypatch.setenv("YUYUE_FINGERPRINT_KEY", new_key())
    code = ("--customs-code", "3122260002")
    done = run("user", "add", "li.lei", *code, "--administrator", "--display-name", "李雷", given=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    user = kept(url, "li.lei")
    assert (user.administrator, user.may_declare) == (True, True)
    assert user.display_name is not None
    assert "李雷" not in user.display_name
    assert "管理" in run("user", "list").output
    assert run("user", "grant", "li.lei", "--may-only-draft").exit_code == 0
    limited = kept(url, "li.lei")
    assert (limited.administrator, limited.may_declare) == (False, False)
    assert (limited.user_id, limited.display_name) == (user.user_id, user.display_name)
    run("user", "add", "chief", "--operator", given=f"{PASSWORD}\n")
    assert run("user", "grant", "chief", "--administrator").exit_code == 1


def kept(url: str, username: str) -> users.User:
    with reading(connect(url)) as session:
        found = users.find(session, username)
    assert found is not None
    return found


def roles_of(url: str) -> tuple[set[str], set[str] | None]:
    """The roles and the ports of the operator."""
    user = kept(url, "night")
    return set(user.roles or ()), None if user.ports is None else set(user.ports)


ALL = {"viewer", "case_officer", "calendar_keeper", "administrator"}


@pytest.mark.parametrize(
    ("arguments", "roles", "ports"),
    [
        ((), ALL, None),
        (("--role", "viewer"), {"viewer"}, None),
        (("--role", "calendar_keeper", "--ports", "2248, 2225"), {"calendar_keeper"}, {"2248", "2225"}),
        (("--role", "calendar_keeper", "--role", "case_officer"), {"calendar_keeper", "case_officer"}, None),
    ],
)
def test_an_operator_has_the_roles_given_or_all(
    url: str, arguments: tuple[str, ...], roles: set[str], ports: set[str] | None
) -> None:
    done = run("user", "add", "night", "--operator", *arguments, given=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert roles_of(url) == (roles, ports)


def test_roles_and_ports_are_changed_one_without_the_other(url: str) -> None:
    run("user", "add", "night", "--operator", "--role", "calendar_keeper", "--ports", "2248", given=f"{PASSWORD}\n")
    assert run("user", "set", "night", "--role", "calendar_keeper", "--role", "viewer").exit_code == 0
    assert roles_of(url) == ({"calendar_keeper", "viewer"}, {"2248"})
    assert "2248" in run("user", "set", "night", "--ports", "2248,2225").output
    assert roles_of(url)[1] == {"2248", "2225"}
    assert run("user", "set", "night", "--ports", "all").exit_code == 0
    assert roles_of(url) == ({"calendar_keeper", "viewer"}, None)


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "other", "--operator", "--role", "king"),
        ("add", "other", "--operator", "--role", "viewer", "--ports", "2248"),
        ("add", "other", "--operator", "--ports", "22x8"),
        ("add", "other", "--customs-code", "3122260002", "--role", "viewer"),
        ("set", "night", "--role", "viewer"),
        ("set", "nobody", "--role", "viewer"),
    ],
)
def test_roles_that_mean_nothing_are_refused(url: str, arguments: tuple[str, ...]) -> None:
    run("user", "add", "night", "--operator", "--role", "calendar_keeper", "--ports", "2248", given=f"{PASSWORD}\n")
    before = kept(url, "night")
    assert run("user", *arguments, given=f"{PASSWORD}\n").exit_code == 1
    with reading(connect(url)) as session:
        assert users.all_users(session) == [before]


def test_no_option_takes_a_password(url: str) -> None:
    assert url
    for command in ("add", "passwd"):
        assert run("user", command, "li.lei", "--password", PASSWORD).exit_code == 2
        assert run("user", command, "li.lei", PASSWORD).exit_code == 2


def test_a_new_password_and_disabling_end_the_sessions(url: str) -> None:
    engine = connect(url)
    run("user", "add", "li.lei", "--operator", given=f"{PASSWORD}\n")
    assert run("user", "add", "LI.LEI", "--operator", given=f"{PASSWORD}\n").exit_code == 1
    for command, given in (("passwd", "another 39 tideways 港\n"), ("disable", "")):
        with writing(engine) as session:
            sessions.create(session, command, "li.lei", card=None, at=AT, until=AT + timedelta(hours=1))
        assert run("user", command, "li.lei", given=given).exit_code == 0
        with reading(engine) as session:
            assert sessions.find(session, command) is None
    assert run("user", "disable", "li.lei").exit_code == 1
    assert run("user", "passwd", "nobody", given=f"{PASSWORD}\n").exit_code == 1


def test_a_key_has_a_last_day_and_can_be_revoked(url: str) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    command = ("key", "add", "--name", "erp", "--scope", "appointments", "--customs-code", "3122260002")
    key = run(*command, "--expires", str(tomorrow)).stdout.strip()
    known, end = Keys(connect(url)), at(tomorrow + timedelta(days=1))
    assert known.principal(key, end - timedelta(seconds=1)) is not None
    assert known.principal(key, end) is None
    assert run(*command, "--expires", "2020-01-01").exit_code == 1
    listed = run("key", "list").output
    assert "erp" in listed
    assert key not in listed
    assert run("key", "revoke", "erp").exit_code == 0
    assert Keys(connect(url)).principal(key, datetime.now(UTC)) is None
    assert run("key", "revoke", "erp").exit_code == 1


def test_accesses_are_listed_newest_first(url: str) -> None:
    now = datetime.now(UTC)
    with writing(connect(url)) as session:
        lines = [Access(at=now - timedelta(days=day), what="login", subject=f"user{day}") for day in (1, 2, 40)]
        access_log.record(session, *lines, Access(at=now, what="login.refused", subject="-", detail="captcha"))
    listed = run("access", "list").output
    assert listed.index("captcha") < listed.index("user1") < listed.index("user2")
    assert "user40" not in listed
    assert "user40" in run("access", "list", "--days", "50", "--subject", "user40").output


def test_the_sandbox_has_its_people_whatever_was_lost(url: str, tmp_path: Path) -> None:
    engine, path = connect(url), tmp_path / "users.json"
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    prepare_users(engine, path, passwords=passwords, sealer=SEALER, at=AT)
    first = read_users(path)
    assert set(first) == set(ROLES)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    prepare_users(engine, path, passwords=passwords, sealer=SEALER, at=AT)
    assert read_users(path) == first
    path.write_text(json.dumps({role: named for role, named in first.items() if role != "general"}))
    prepare_users(engine, path, passwords=passwords, sealer=SEALER, at=AT)
    second = read_users(path)
    assert {role for role in ROLES if second[role] != first[role]} == {"general"}
    with reading(engine) as session:
        kept = {user.username: user.password_hash for user in users.all_users(session)}
    for name, password in (second["general"], second["operator"]):
        assert passwords.verify(kept[name], password)
    assert not passwords.verify(kept["demo.general"], first["general"][1])
