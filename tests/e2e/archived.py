"""The archive alone: a copy of the database and the keys to read it, judged where there is no stack to ask."""

import json
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from tests.e2e.stack import YUYUE


def archive(data: Path, folder: Path) -> dict[str, str]:
    """Copies the database, also a running one; gives the settings to read it: no trust folder, no object store."""
    with closing(sqlite3.connect(data / "yuyue.db")) as live, closing(sqlite3.connect(folder / "yuyue.db")) as copy:
        live.backup(copy)
    secrets = json.loads((data / "secrets.json").read_text())
    return {
        "PATH": os.environ["PATH"],
        "YUYUE_DATABASE_URL": f"sqlite:///{folder}/yuyue.db",
        "YUYUE_SEAL_KEYS": secrets["seal_keys"],
        "YUYUE_FINGERPRINT_KEY": secrets["fingerprint_key"],
    }


def verified(told: dict[str, str], folder: Path) -> "subprocess.CompletedProcess[str]":
    """``yuyue verify --signatures`` over it."""
    command = [str(YUYUE), "verify", "--signatures"]
    return subprocess.run(command, cwd=folder, env=told, capture_output=True, text=True, timeout=60, check=False)
