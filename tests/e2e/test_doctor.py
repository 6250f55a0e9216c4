"""`yuyue doctor` beside a stack that is well, one that is hurt, and one that is gone."""

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.stack import YUYUE, up

OF_THE_FOLDER = {"rights", "disk", "ports"}
OF_THE_DATABASE = {"database", "keys", "mode", "clock", "calendar", "receipts", "deliveries"}
OF_TEMPORAL = {"temporal", "workflow tasks", "activity tasks", "workflows", "processes", "upkeep"}
PARTS = OF_THE_FOLDER | OF_THE_DATABASE | OF_TEMPORAL | {"customs", "customs clock", "api"}

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


def examined(data: Path) -> tuple[int, dict[str, dict[str, str]]]:
    """Exit code, and each part's finding."""
    command = [str(YUYUE), "doctor", "--json", "--data-dir", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.startswith("["), done.stderr
    return done.returncode, {each["part"]: each for each in json.loads(done.stdout)}


def faults(parts: dict[str, dict[str, str]]) -> set[str]:
    return {name for name, each in parts.items() if each["level"] == "fault"}


def test_the_doctor_tells_what_is_wrong_and_the_remedy(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with up(tmp_path, "--data-dir", str(data), "--port-base", "0") as stack:
        key = stack.wait_until_ready().ready["keys"]["customs"]
        code, well = examined(data)
        assert (code, faults(well)) == (0, set()), well
        assert set(well) > PARTS
        with stack.client() as customs:
            headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/xml"}
            assert customs.post("/customs/v1/receipts", content=b"<x", headers=headers).is_success
        data.chmod(0o755)
        code, hurt = examined(data)
        assert (code, faults(hurt), hurt["receipts"]["level"]) == (1, {"rights"}, "warning")
        stack.stop()
    with closing(sqlite3.connect(data / "yuyue.db")) as database, database:
        database.execute("UPDATE seal_keys SET kid = 'lost' WHERE kid = 'k1'")
    code, gone = examined(data)
    assert (code, faults(gone)) == (1, {"rights", "temporal", "customs", "api", "keys"})
    assert all(each["remedy"] for each in gone.values() if each["level"] != "ok")
