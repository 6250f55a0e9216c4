"""Checks of every process at its start, before it reads or seals anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client

from db import reference, seal_keys, users
from db.engine import reading
from db.schema_version import SchemaStatus, schema_status
from db.seeds import DEMO_ENTERPRISES, DEMO_USER
from runtime import temporal
from runtime.diagnosis import NEWER, UNMIGRATED, explain_database, explain_keys, explained, no_attributes
from runtime.sealing import KeyringError, Sealer
from runtime.settings import Settings


class StartupRefused(SystemExit):
    """Ends a process that must not start, with cause and remedy in both languages."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"✗ {chinese}\n  {english}")
        self.chinese, self.english = chinese, english


@contextmanager
def explaining() -> Iterator[None]:
    """Ends the process with cause and remedy instead of a traceback when an error comes from outside."""
    try:
        yield
    except Exception as error:
        if (found := explained(error)) is None:
            raise
        raise StartupRefused(*found) from error


def startup_sealer(settings: Settings, engine: Engine) -> Sealer:
    """Returns the sealer of a process that may work here. Raises ``StartupRefused``.

    Outside the sandbox there is no demo data; the database has the tables of this version; and every key that ever
    sealed here is at hand, and is the same key.
    """
    demand_schema(engine)
    with explaining():
        if not settings.sandbox and holds_demo_data(engine):
            raise StartupRefused(
                "数据库含有演示数据，只能在沙盒中使用",
                "the database holds demo data: for the sandbox only (YUYUE_SANDBOX=1)",
            )
        return proven_sealer(settings, engine)


def demand_schema(engine: Engine, *, upgradable: bool = False) -> None:
    """Raises ``StartupRefused`` unless the database has this version's schema, or an older one if ``upgradable``."""
    try:
        status = schema_status(engine)
    except SQLAlchemyError as error:
        raise StartupRefused(*explain_database(error, engine.url)) from error
    if status is SchemaStatus.NEWER:
        raise StartupRefused(*NEWER)
    if status is SchemaStatus.OLDER and not upgradable:
        raise StartupRefused(*UNMIGRATED)


async def startup_client(settings: Settings) -> Client:
    """Returns a client for a namespace with our search attributes. Raises ``StartupRefused`` without them."""
    client = await temporal.connect(settings)
    if missing := await temporal.missing_attributes(client):
        raise StartupRefused(*no_attributes(missing))
    return client


def holds_demo_data(engine: Engine) -> bool:
    """Returns True if the register has a fictional enterprise as it was seeded, or one of its people may log in."""
    with reading(engine) as session:
        seeded = any(reference.enterprise(session, each.code) == each for each in DEMO_ENTERPRISES)
        return seeded or users.is_any_named(session, DEMO_USER)


def proven_sealer(settings: Settings, engine: Engine) -> Sealer:
    """Returns the sealer of the settings and registers new keys. Raises ``StartupRefused``."""
    sealer, known = checked_sealer(settings, engine)
    fresh = {kid: proof for kid, proof in sealer.proofs().items() if kid not in known}
    if fresh:
        seal_keys.register(engine, fresh, at=datetime.now(UTC))
    return sealer


def checked_sealer(settings: Settings, engine: Engine) -> tuple[Sealer, frozenset[str]]:
    """Returns the sealer of the settings and the ids of all keys ever used here.

    Raises ``StartupRefused`` when the sealer lacks one of them.
    """
    try:
        sealer = Sealer.of(settings)
    except (KeyringError, OSError) as error:
        raise StartupRefused(*explain_keys(error)) from error
    with reading(engine) as session:
        known = seal_keys.all_keys(session)
    for key in known:
        _demand(sealer, key.kid, key.proof)
    return sealer, frozenset(key.kid for key in known)


def _demand(sealer: Sealer, kid: str, proof: str) -> None:
    if not sealer.has(kid):
        raise StartupRefused(
            f"缺少密封密钥 {kid}：它密封过这里的内容。请放回 YUYUE_SEAL_KEYS；确不需要时用 yuyue keys retire {kid}",
            f"seal key {kid} is missing: it has sealed something here. Put it back into YUYUE_SEAL_KEYS, "
            f"or, when nothing needs it any more, `yuyue keys retire {kid}`",
        )
    if not sealer.proves(kid, proof):
        raise StartupRefused(
            f"密钥 {kid} 与密封这个数据库的密钥不同，请换回原来的密钥",
            f"key {kid} is not the key of that name that was used here: put the right one back",
        )
