"""The policy the embedded stack runs under: the user's file, and no signatures unless it says otherwise."""

import json
import tomllib
from pathlib import Path

from runtime import policy
from runtime.files import write_privately


def write_policy(chosen: Path | None, target: Path) -> None:
    """Writes the policy that the processes will read; the user's file may change afterwards.

    Raises ``runtime.policy.PolicyError``, with every wrong key, when the file cannot be used.
    """
    policy.check(policy.load(chosen), sandbox=True, trusting=True)
    tables = tomllib.loads(chosen.read_text("utf-8")) if chosen else {}
    tables.setdefault("signature", {}).setdefault("required", "never")
    write_privately(target, "".join(_table(name, values) for name, values in tables.items()))


def _table(name: str, values: dict[str, str | int | bool]) -> str:
    """Returns a table of plain values, which JSON writes as TOML does."""
    rows = "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
    return f"[{name}]\n{rows}\n"
