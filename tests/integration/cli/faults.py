"""What can be wrong around a command, each with real files, real sockets and real servers, and what must be said."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from db import migrate
from runtime.sealing import new_key


class Place(NamedTuple):
    """A folder of the test's own with a migrated database, and a port at which every connection is refused."""

    folder: Path
    refusing: int

    @property
    def database(self) -> Path:
        return self.folder / "yuyue.db"

    def environment(self) -> dict[str, str]:
        """Settings under which every command works, Temporal and customs apart, which are not there."""
        return {
            "YUYUE_DATA_DIR": str(self.folder),
            "YUYUE_DATABASE_URL": f"sqlite:///{self.database}",
            "YUYUE_SEAL_KEYS": f"k1:{new_key()}",
            "YUYUE_FINGERPRINT_KEY": new_key(),
            "YUYUE_CUSTOMS_URL": f"http://127.0.0.1:{self.refusing}",
            "TEMPORAL_ADDRESS": f"127.0.0.1:{self.refusing}",
            "TEMPORAL_CONFIG_FILE": "/dev/null",
        }


class Fault(NamedTuple):
    """``happen`` brings it about and gives the settings that go with it; then ``cause`` and ``remedy`` are said.

    ``upgrade``: whether `yuyue db upgrade` is what helps; it must not be advised otherwise.
    """

    happen: Callable[[Place], Mapping[str, str]]
    cause: str
    remedy: str
    upgrade: bool = False


def setting(**given: str) -> Callable[[Place], Mapping[str, str]]:
    """Settings that are wrong by themselves; ``{port}`` is the refusing port, ``{folder}`` the test's folder."""
    return lambda place: {name: value.format(port=place.refusing, folder=place.folder) for name, value in given.items()}


def _no_file(place: Place) -> Mapping[str, str]:
    place.database.unlink()
    return {}


def _folder(place: Place) -> Mapping[str, str]:
    place.database.unlink()
    place.database.mkdir()
    return {}


def _garbage(place: Place) -> Mapping[str, str]:
    place.database.write_bytes(b"no database at all\n" * 100)
    return {}


def _without_tables(place: Place) -> Mapping[str, str]:
    place.database.unlink()
    with closing(sqlite3.connect(place.database)) as database:
        database.execute("PRAGMA journal_mode=WAL")
    return {}


def _older(place: Place) -> Mapping[str, str]:
    migrate.downgrade(f"sqlite:///{place.database}", "0019")
    return {}


def _newer(place: Place) -> Mapping[str, str]:
    with closing(sqlite3.connect(place.database)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    return {}


URL = "YUYUE_DATABASE_URL"
DATABASE = {
    "refused": Fault(setting(**{URL: "postgresql://u:p@127.0.0.1:{port}/x"}), "refuses the connection", "start its"),
    "unknown_host": Fault(setting(**{URL: "postgresql://u:p@nowhere.invalid/x"}), "host is unknown", "check its name"),
    "no_file": Fault(_no_file, "there is no database", "yuyue db upgrade", upgrade=True),
    "no_folder": Fault(setting(**{URL: "sqlite:///{folder}/none/x.db"}), "there is no folder", "make it"),
    "a_folder": Fault(_folder, "no file that can be opened", URL),
    "garbage": Fault(_garbage, "is not an SQLite database", URL),
    "no_tables": Fault(_without_tables, "tables of this version", "yuyue db upgrade", upgrade=True),
    "older": Fault(_older, "tables of this version", "yuyue db upgrade", upgrade=True),
    "newer": Fault(_newer, "newer version", "install that version"),
}
SETTINGS = {
    "other_database": Fault(setting(**{URL: "mysql://u:secret@host/x"}), "neither SQLite nor PostgreSQL", URL),
    "no_address": Fault(setting(**{URL: "secret"}), "no address of a database", URL),
    "number": Fault(setting(YUYUE_API_PORT="many"), "the settings are wrong", "YUYUE_API_PORT"),
    "policy": Fault(setting(YUYUE_POLICY_FILE="{folder}/none.toml"), "the settings are wrong", "none.toml"),
    "objects": Fault(setting(YUYUE_OBJECTS_URL="ftp://x"), "the settings are wrong", "YUYUE_OBJECTS_URL"),
}
KEYS = {
    "no_keys": Fault(setting(YUYUE_SEAL_KEYS=""), "the seal keys cannot be used", "YUYUE_SEAL_KEYS"),
    "no_key_file": Fault(setting(YUYUE_SEAL_KEY_FILE="{folder}/none"), "the seal keys cannot be used", "{folder}/none"),
    "damaged_key": Fault(setting(YUYUE_SEAL_KEYS="k1:xx"), "the seal keys cannot be used", "k1"),
}
TEMPORAL = {
    "refused": Fault(setting(), "Temporal cannot be reached", "start it, or check TEMPORAL_ADDRESS"),
    "unknown_host": Fault(setting(TEMPORAL_ADDRESS="nowhere.invalid:7233"), "nowhere.invalid", "TEMPORAL_ADDRESS"),
    "no_profile": Fault(setting(TEMPORAL_PROFILE="none"), "Temporal's settings are wrong", "TEMPORAL_PROFILE"),
}
OBJECTS = {
    "refused": Fault(
        setting(
            YUYUE_OBJECTS_URL="s3://bucket/files",
            AWS_ENDPOINT_URL="http://127.0.0.1:{port}",
            AWS_ALLOW_HTTP="true",
            AWS_ACCESS_KEY_ID="x",
            AWS_SECRET_ACCESS_KEY="x",
            AWS_REGION="x",
        ),
        "the object store cannot be",
        "YUYUE_OBJECTS_URL",
    ),
}
