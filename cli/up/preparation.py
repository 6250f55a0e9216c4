"""The database of the embedded stack: what every database has, and what only a sandbox has."""

from datetime import UTC, datetime

from cli.schema import upgrade
from cli.up.cards import prepare_cards
from cli.up.layout import Layout
from cli.up.secrets import Secrets
from cli.up.users import ENTERPRISES, prepare_users
from db.engine import connect
from db.seeds import seed_demo
from identity import keys
from identity.keys import Grant
from identity.passwords import Passwords
from identity.principal import Scope
from runtime.sealing import Keyring, Sealer

#: key → what it opens, for those who act for no enterprise.
OFFICES = {"operator": Scope.OPERATIONS, "customs": Scope.RECEIPTS}


def prepare_sandbox(layout: Layout, url: str, secrets: Secrets) -> None:
    """The database with the people of the sandbox, too; their passwords stand in a file of their own."""
    prepare_database(url, secrets.demo_keys)
    engine, passwords = connect(url), Passwords()
    try:
        sealer = Sealer(Keyring.parse(secrets.seal_keys, secrets.fingerprint_key))
        prepare_users(engine, layout.users, passwords=passwords, sealer=sealer, at=datetime.now(UTC))
        prepare_cards(layout.pki, layout.cards, datetime.now(UTC))
    finally:
        passwords.close()
        engine.dispose()


def prepare_database(url: str, demo_keys: dict[str, str]) -> None:
    """Brings the database up to date; whatever is there already stays as it is."""
    upgrade(url)
    engine, now = connect(url), datetime.now(UTC)
    try:
        seed_demo(engine, at=now)
        for name, key in demo_keys.items():
            scopes = frozenset({OFFICES.get(name, Scope.APPOINTMENTS)})
            keys.import_key(engine, key, Grant(name, scopes, ENTERPRISES.get(name)), at=now)
    finally:
        engine.dispose()
