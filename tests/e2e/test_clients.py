"""Clients that others generate from the document book an appointment, with files both ways."""

import json
import os
import re
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

Book = Callable[[Path, str], str]


@pytest.fixture(scope="module")
def package(stack: Up, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python client, made from the running server's document."""
    folder = tmp_path_factory.mktemp("client")
    with stack.client() as http:
        (folder / "document.json").write_text(http.get("/openapi.json").text, "utf-8")
    script, generator = ROOT / "clients" / "python" / "build.py", GENERATOR / "openapi-python-client"
    run(GENERATOR / "python", str(script), str(folder / "document.json"), str(generator), str(folder / "package"))
    return folder / "package"


def by_python(package: Path, task: str) -> str:
    return run(GENERATOR / "python", str(HERE / "booking.py"), task, PYTHONPATH=str(package))


def by_typescript(_package: Path, task: str) -> str:
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
    stack: Up, package: Path, broker: Broker, tmp_path: Path, book: Book, serial: str
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
    booked: dict[str, Any] = json.loads(book(package, json.dumps(task)))

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


def test_the_examples_of_the_python_client_run(stack: Up, package: Path, broker: Broker, tmp_path: Path) -> None:
    readme = (ROOT / "clients" / "python" / "README.md").read_text("utf-8")
    examples = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    assert max(len(list(filter(None, example.splitlines()))) for example in examples) <= 6, "an example is short"
    given = {"API": stack.ready["api"], "KEY": stack.ready["keys"]["general"], "CONTENT": broker.content()}
    program = tmp_path / "examples.py"
    program.write_text("\n".join([*(f"{name} = {value!r}" for name, value in given.items()), *examples]), "utf-8")
    said = run(GENERATOR / "python", str(program), PYTHONPATH=str(package)).splitlines()
    assert said[0] == "submitted"
    assert re.fullmatch(r"succeeded \d{18}", said[1])
    assert [re.fullmatch(r"SO-\d \d{18}", line) is not None for line in said[2:5]] == [True] * 3
    assert said[5].startswith("validation.failed [('contact_mobile', ")
    assert "yuyue.appointment.submitted" in said[6]
