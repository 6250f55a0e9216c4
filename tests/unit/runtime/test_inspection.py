"""What the forks of a child may do, and what single parts of an inspection say."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.inspection.child import CPU_SECONDS
from runtime.inspection.judging import judge
from runtime.inspection.marks import demand_pdf
from runtime.inspection.verdict import DocumentRefused
from runtime.inspection.warmup_pdf import SPECIMEN
from tests.pdfs.raw import one_page

PROBE = """
import json, os, resource, socket, sys, time
import runtime.inspection.child as child
from runtime.inspection.verdict import InspectionVerdict

def tried(act):
    try:
        act()
    except (OSError, MemoryError) as error:
        return type(error).__name__
    return "possible"

def probe(data):
    return InspectionVerdict(facts={
        "environment": sorted(os.environ),
        "descriptors": len(os.listdir("/proc/self/fd")),
        "uid": os.getuid(),
        "fork": tried(os.fork),
        "write": tried(lambda: os.write(os.memfd_create("probe"), b"x")),
        "memory": tried(lambda: bytearray(child.MEMORY_BYTES)),
        "cpu": resource.getrlimit(resource.RLIMIT_CPU)[1],
        "code": "" if data == b"file" else "wrong bytes",
    })

child.judge = probe
print(json.dumps(child._inspect(b"file")))
"""


def test_a_child_has_no_secrets_no_files_and_no_rights() -> None:
    command = [sys.executable, "-I", "-c", PROBE]
    environment = {"LANG": "C"}
    with Path(os.devnull).open() as extra:  # a descriptor that is inherited
        done = subprocess.run(
            command, env=environment, pass_fds=[extra.fileno()], capture_output=True, check=True, timeout=30
        )
    facts = json.loads(done.stdout)["facts"]
    assert facts["environment"] in (["LANG"], ["LANG", "LC_CTYPE"])
    assert facts["descriptors"] <= 5  # the three of every process, its answer's, and the one that counts
    assert facts["memory"] == "MemoryError"
    assert (facts["cpu"], facts["code"]) == (CPU_SECONDS, "")
    assert facts["write"] != "possible"
    if os.geteuid() == 0:
        assert (facts["uid"], facts["fork"]) == (65_534, "BlockingIOError")


def test_the_specimen_that_warms_a_child_is_a_sound_file() -> None:
    verdict = judge(SPECIMEN)
    assert (verdict.refused, len(verdict.pages)) == (None, 1)


@pytest.mark.parametrize("tail", [b"", b"\n", b"\r\n", b"\x00" * 4096, b"\n\x1a", b"   \n"])
def test_padding_behind_the_end_is_nothing(tail: bytes) -> None:
    demand_pdf(one_page() + tail)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf" + one_page(), "not_pdf"),
        (b"\n" + one_page(), "not_pdf"),
        (one_page() + b"x", "not_pdf"),
        (one_page().replace(b"%%EOF", b""), "damaged"),
        (b"%PDF-", "damaged"),
        (b"\x89PNG\r\n", "not_pdf"),
    ],
)
def test_a_file_that_is_not_only_a_pdf_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(DocumentRefused) as refusal:
        demand_pdf(data)
    assert refusal.value.code == code


OPENINGS = [
    (b"/OpenAction[3 0 R/Fit]", None),
    (b"/OpenAction(named)", None),
    (b"/OpenAction null", None),
    (b"/OpenAction<</S/GoTo/D[3 0 R/Fit]>>", None),
    (b"/OpenAction<</S/URI/URI(http://example.com)>>", "/OpenAction"),
    (b"/OpenAction<</S/Named/N/Print>>", "/OpenAction"),
    (b"/AA<<>>", None),
    (b"/AA<</WC<</S/GoTo/D[3 0 R/Fit]>>>>", "/AA"),
    (b"/Names<</EmbeddedFiles<</Names[]>>>>", None),
    (b"/Names<</EmbeddedFiles<</Kids[4 0 R]>>>>", "/EmbeddedFiles"),
    (b"/AF[<</Type/Filespec/EF<</F 4 0 R>>>>]", "/EF"),
    (b"/AcroForm<</Fields[]/XFA null>>", None),
    (b"/AcroForm<</Fields[]/XFA[(a)4 0 R]>>", "/XFA"),
]


@pytest.mark.parametrize(("keys", "found"), OPENINGS)
def test_only_what_shows_a_place_may_happen_on_opening(keys: bytes, found: str | None) -> None:
    verdict = judge(one_page({1: b"<</Type/Catalog/Pages 2 0 R" + keys + b">>"}))
    assert verdict.facts.get("found") == found
    assert verdict.refused == (found and "document.active_content")
