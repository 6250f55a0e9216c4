"""Clients that others generate from the document book an appointment, with files both ways."""

import json
import os
import subprocess
import sysconfig
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.source import ROOT
from tests.e2e.client import LATER, Broker
from tests.e2e.receipts import receipt
from tests.e2e.stack import Up
from tests.pdfs.ordinary import report

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

SCRIPTS = Path(sysconfig.get_path("scripts"))
#: What `make clients` has installed: the generator, and what its clients run on.
GENERATOR = ROOT / ".venv" / "clients" / "bin"
HERE = ROOT / "tests" / "e2e" / "clients"

Book = Callable[[Up, Path, str], str]


def by_python(stack: Up, folder: Path, task: str) -> str:
    """Generates from the running server's document; a warning is a part of the API that the client lacks."""
    document = f"{stack.ready['api']}/openapi.json"
    config = ("--config", str(HERE / "generator.yaml"), "--meta", "none", "--fail-on-warning")
    target = str(folder / "yuyue_client")
    run(GENERATOR / "openapi-python-client", "generate", "--url", document, "--output-path", target, *config)
    return run(GENERATOR / "python", str(HERE / "booking.py"), task, PYTHONPATH=str(folder))


def by_typescript(_stack: Up, _folder: Path, task: str) -> str:
    """Runs the TypeScript program on the committed client, which `make web-check` compares with a fresh one."""
    return run(SCRIPTS / "node", str(ROOT / "web" / "clients" / "booking.ts"), task)


def run(program: Path, *arguments: str, **environment: str) -> str:
    ran = subprocess.run(
        [program, *arguments], env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.parametrize(("book", "serial"), [(by_python, "00000001"), (by_typescript, "00000002")])
def test_a_generated_client_books_an_appointment(
    stack: Up, broker: Broker, tmp_path: Path, book: Book, serial: str
) -> None:
    declaration = broker.declare(serial)
    window_start = (datetime.now(UTC) + LATER).isoformat()
    pdf = tmp_path / "原产地证书.pdf"
    pdf.write_bytes(report())
    from_customs = tmp_path / "receipt.xml"
    from_customs.write_bytes(receipt("202699999999999998"))
    task = {
        "api": stack.ready["api"],
        "key": stack.ready["keys"]["general"],
        "customs_key": stack.ready["keys"]["customs"],
        "consignee": broker.consignee,
        "window_start": window_start,
        "declaration": declaration,
        "pdf": str(pdf),
        "receipt": str(from_customs),
    }
    booked: dict[str, Any] = json.loads(book(stack, tmp_path, json.dumps(task)))

    number = booked["pre_entry_no"]
    assert (booked["state"], booked["accepted"]) == ("completed", [declaration])
    assert broker.view(number)["state"] == "completed"
    assert datetime.fromisoformat(booked["window_start"]) == datetime.fromisoformat(window_start)
    assert [each["name"] for each in broker.view(number)["attachments"]] == [pdf.name]
    assert bytes.fromhex(booked["pdf"]) == pdf.read_bytes()
    assert number in booked["csv"]
    assert bytes.fromhex(booked["xlsx"]) == b"PK\x03\x04"
    assert booked["calendar"].startswith("BEGIN:VCALENDAR\r\n")
    assert booked["receipt"] == "parked"
    assert booked["refused"] == "not_found"
