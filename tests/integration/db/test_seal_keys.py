"""A key that sealed something here is known for ever: a lost or a wrong one is refused before anything starts."""

from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from db import seal_keys
from db.engine import reading, writing
from db.projections import project
from db.seeds import seed_demo
from runtime.sealing import mark, new_key
from runtime.settings import Settings
from runtime.startup_checks import StartupRefused, startup_sealer
from tests.integration.db.stories import NOON, life

OLD, NEW, FINGERPRINT = f"old:{new_key()}", f"new:{new_key()}", new_key()


def told(engine: sa.Engine, keys: str | None, fingerprint: str = FINGERPRINT, **others: Any) -> Settings:
    """Settings with these keys."""
    url = engine.url.render_as_string(hide_password=False)
    sealed = SecretStr(keys) if keys else None
    return Settings(database_url=url, seal_keys=sealed, fingerprint_key=SecretStr(fingerprint), **others)


def test_keys_are_written_down_at_their_first_use_and_prove_themselves_ever_after(engine: sa.Engine) -> None:
    for _ in range(2):
        startup_sealer(told(engine, OLD), engine)
    startup_sealer(told(engine, f"{NEW},{OLD}"), engine)
    with reading(engine) as session:
        known = seal_keys.all_keys(session)
    assert {key.kid for key in known} == {"old", "new", "#fingerprint"}
    secrets = [OLD.split(":")[1], NEW.split(":")[1], FINGERPRINT]
    assert not [key for key in known if any(secret in key.proof for secret in secrets)]


@pytest.mark.parametrize(
    ("keys", "fingerprint", "said"),
    [
        (NEW, FINGERPRINT, "seal key old is missing"),
        (f"old:{new_key()}", FINGERPRINT, "key old is not the key"),
        (OLD, new_key(), "key #fingerprint is not the key"),
        (None, FINGERPRINT, "the seal keys cannot be used"),
    ],
    ids=["lost", "wrong", "wrong fingerprint", "none"],
)
def test_a_lost_or_wrong_key_is_refused(engine: sa.Engine, keys: str | None, fingerprint: str, said: str) -> None:
    startup_sealer(told(engine, OLD), engine)
    with pytest.raises(StartupRefused, match=said) as refused:
        startup_sealer(told(engine, keys, fingerprint), engine)
    assert isinstance(refused.value, SystemExit)


def test_demo_data_is_refused_outside_the_sandbox(engine: sa.Engine) -> None:
    seed_demo(engine, at=NOON)
    with pytest.raises(StartupRefused, match="demo data"):
        startup_sealer(told(engine, OLD), engine)
    startup_sealer(told(engine, OLD, sandbox=True), engine)


def test_what_still_needs_a_key_is_counted(engine: sa.Engine) -> None:
    sealer = startup_sealer(told(engine, OLD), engine)
    project(engine, life())
    token = sealer.seal("x", context="n/reason")
    with writing(engine) as session:
        change = sa.text("UPDATE appointments SET snapshot = :token")
        session.connection().execute(change, {"token": token})
    with reading(engine) as session:
        assert seal_keys.references(session, mark("old")) == {"appointments.snapshot": 1}
        assert seal_keys.references(session, mark("o_d")) == {}, "an id is no pattern"
