"""Prepares the database of the embedded stack, with the data of the sandbox."""

from datetime import UTC, datetime

from cli.schema import upgrade
from cli.up.secrets import Secrets
from cli.up.users import ENTERPRISES, prepare_users
from db.engine import connect
from db.personal_digests import Digests
from db.seeds import seed_demo
from identity import keys
from identity.keys import Grant
from identity.passwords import Passwords
from identity.principal import Scope
from runtime.layout import Layout
from runtime.sealing import Keyring, Sealer

#: key → its scope, for keys that belong to no enterprise.
OFFICES = {"operator": Scope.OPERATIONS, "customs": Scope.RECEIPTS}


def prepare_database(url: str, demo_keys: dict[str, str], digests: Digests | None = None) -> None:
    """Upgrades the database and adds the demo data that are missing; the rest stays as it is."""
    upgrade(url, digests)
    engine, now = connect(url), datetime.now(UTC)
    try:
        seed_demo(engine, at=now)
        for name, key in demo_keys.items():
            scopes = frozenset({OFFICES.get(name, Scope.APPOINTMENTS)})
            keys.import_key(engine, key, Grant(name, scopes, ENTERPRISES.get(name)), at=now)
    finally:
        engine.dispose()


def prepare_people(layout: Layout, url: str, secrets: Secrets) -> None:
    """Prepares the users of the sandbox; their passwords are in a file."""
    engine, passwords = connect(url), Passwords()
    try:
        prepare_users(engine, layout.users, passwords=passwords, sealer=sealer_of(secrets), at=datetime.now(UTC))
    finally:
        passwords.close()
        engine.dispose()


def sealer_of(secrets: Secrets) -> Sealer:
    """Returns the sealer with the keys of the stack."""
    return Sealer(Keyring.parse(secrets.seal_keys, secrets.fingerprint_key))
