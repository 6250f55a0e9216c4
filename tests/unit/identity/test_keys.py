import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from db import migrate
from db.engine import connect, reading
from db.keys import find
from domain.appointment import ActorKind
from identity.keys import Keys, enter, hash_of, issue
from identity.principal import Scope

AT = datetime(2026, 11, 24, tzinfo=UTC)
ENTERPRISE = frozenset({Scope.APPOINTMENTS})


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    url = f"sqlite:///{tmp_path}/keys.db"
    migrate.upgrade(url)
    return connect(url)


def test_a_key_is_random_and_only_its_hash_is_kept(engine: Engine) -> None:
    key = issue(engine, name="erp", scopes=ENTERPRISE, customs_code="3122260002", at=AT)
    other = issue(engine, name="erp", scopes=ENTERPRISE, customs_code="3122260002", at=AT)
    assert re.fullmatch(r"yuyue_[A-Za-z0-9_-]{43}", key)
    assert key != other
    with reading(engine) as session:
        kept = find(session, hash_of(key))
    assert kept is not None
    assert key not in kept.model_dump_json()


def test_a_principal_is_who_the_key_was_made_for(engine: Engine) -> None:
    principal = Keys(engine).principal(issue(engine, name="erp", scopes=ENTERPRISE, customs_code="3122260002", at=AT))
    assert principal is not None
    assert (principal.kind, principal.customs_code) == (ActorKind.ENTERPRISE, "3122260002")
    assert principal.actor().id == "3122260002"


@pytest.mark.parametrize(
    ("scope", "kind"), [(Scope.OPERATIONS, ActorKind.OPERATOR), (Scope.RECEIPTS, ActorKind.CUSTOMS)]
)
def test_an_office_acts_under_the_name_of_its_key(engine: Engine, scope: Scope, kind: ActorKind) -> None:
    key = issue(engine, name="night shift", scopes=frozenset({scope}), customs_code=None, at=AT)
    principal = Keys(engine).principal(key)
    assert principal is not None
    assert (principal.kind, principal.actor().id) == (kind, "night shift")


def test_an_unknown_key_is_nobody(engine: Engine) -> None:
    assert Keys(engine).principal("yuyue_unknown") is None


def test_a_key_entered_twice_stays_as_it_was(engine: Engine) -> None:
    for code in ("3122260002", "3122260003"):
        enter(engine, "given", name="demo", scopes=ENTERPRISE, customs_code=code, at=AT)
    principal = Keys(engine).principal("given")
    assert principal is not None
    assert principal.customs_code == "3122260002"


@pytest.mark.parametrize(
    ("scopes", "code"),
    [
        (frozenset(), None),
        (ENTERPRISE, None),
        (ENTERPRISE, "312226000"),
        (frozenset({Scope.OPERATIONS}), "3122260002"),
        (frozenset({Scope.OPERATIONS, Scope.APPOINTMENTS}), "3122260002"),
    ],
)
def test_a_key_that_opens_nothing_or_too_much_is_not_made(
    engine: Engine, scopes: frozenset[Scope], code: str | None
) -> None:
    with pytest.raises(ValueError, match=r"key|code"):
        issue(engine, name="x", scopes=scopes, customs_code=code, at=AT)
