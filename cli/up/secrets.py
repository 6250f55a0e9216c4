"""The secrets of one data directory: made at its first start, kept, readable by their owner only."""

import base64
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from runtime.files import write_json, write_privately
from runtime.layout import Layout

KEY_BYTES = 32
#: One API key each; the first six belong to the demo enterprises.
DEMO_KEYS = ("advanced", "general", "importer", "importer_advanced", "dishonest", "unqualified", "operator", "customs")


@dataclass(frozen=True)
class Secrets:
    """The secrets; ``seal_keys`` and ``fingerprint_key`` have the form of the settings, ``demo_keys`` are in the clear.

    With ``pairing_code`` the page may call the card's program of this machine.
    """

    seal_keys: str
    fingerprint_key: str
    demo_keys: dict[str, str]
    pairing_code: str

    @classmethod
    def of(cls, layout: Layout) -> "Secrets":
        """Reads the files, and adds the secrets that they lack."""
        sealing = _kept(layout.secrets, {"seal_keys": f"k1:{_random()}", "fingerprint_key": _random()})
        demo_keys = _kept(layout.keys, {name: f"yuyue-demo-{secrets.token_urlsafe(24)}" for name in DEMO_KEYS})
        return cls(sealing["seal_keys"], sealing["fingerprint_key"], demo_keys, _code(layout.pairing))


def _kept(path: Path, fresh: dict[str, str]) -> dict[str, str]:
    """Returns the content of the file, after adding the entries that it lacks."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    complete = {name: known.get(name, value) for name, value in fresh.items()}
    if complete != known:
        write_json(path, complete)
    return complete


def _code(path: Path) -> str:
    if not path.exists():
        write_privately(path, f"{secrets.token_urlsafe(18)}\n")
    return path.read_text("ascii").strip()


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
