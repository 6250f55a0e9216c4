"""The software cards of the sandbox: one for each demo enterprise, of an authority that nobody else trusts."""

import json
import secrets
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from cli.pki.authority import Authority
from cli.up.users import ENTERPRISES
from runtime.files import write_json
from runtime.layout import Layout

DAYS = 365
NAME = "demo"


def prepare_authority(folder: Path, at: datetime) -> None:
    """Makes the authority once, and the simulated customs' certificate."""
    if not (folder / "index.json").exists():
        shutil.rmtree(folder, ignore_errors=True)  # without an index nothing was issued yet
        Authority.create(folder, at)
    if not (folder / "customs" / "customs.pem").exists():
        Authority(folder).office(at)


def prepare_cards(folder: Path, listing: Path, at: datetime) -> None:
    """Makes the cards at the first start, and renews the revocation lists at every later one.

    ``listing`` has the folder and the PIN of each role's card. A first start that was interrupted is completed.
    """
    prepare_authority(folder, at)
    authority = Authority(folder)
    if listing.exists():
        authority.renew(at)
        return
    made = {}
    for role, code in ENTERPRISES.items():
        pin = f"{secrets.randbelow(10**8):08}"
        card = authority.card(code, f"{NAME}-{secrets.token_hex(2)}", kind="p256", pin=pin, days=DAYS, at=at)
        made[role] = {"folder": str(card.folder.relative_to(folder)), "pin": pin}
    write_json(listing, made)


def read_cards(layout: Layout) -> dict[str, Any]:
    """Returns folder and PIN of each role's card; none before the first start."""
    known = json.loads(layout.cards.read_text("utf-8")) if layout.cards.exists() else {}
    return {role: each | {"folder": str(layout.pki / each["folder"])} for role, each in known.items()}
