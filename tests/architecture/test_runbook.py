"""Everything that the system reports has its entry in the runbook, which speaks of nothing that does not exist."""

import re
from collections import Counter

from api.operators.today import TileKind
from db.queries import WORKLIST_KINDS
from domain.appointment import Attention
from runtime.health.remedies import REMEDIES
from runtime.metrics import Metrics
from tests.architecture.source import ROOT

TEXT = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
CODES = [code for line in re.findall(r"^Codes: (.+)$", TEXT, re.MULTILINE) for code in re.findall(r"`([^`]+)`", line)]
#: They count what is done every day, and no value of them asks for anything.
NO_ALARM = {"yuyue_http_request_seconds", "yuyue_commands", "yuyue_receipts"}


def gauges() -> set[str]:
    found = {family.name for family in Metrics().registry.collect() if family.name.startswith("yuyue_")}
    return found - NO_ALARM


def reported() -> set[str]:
    return {*REMEDIES, *WORKLIST_KINDS, *map(str, Attention), *map(str, TileKind), *gauges()}


def test_each_report_has_one_entry_and_each_entry_is_about_a_report() -> None:
    assert (reported() - set(CODES), set(CODES) - reported()) == (set(), set())
    assert [code for code, count in Counter(CODES).items() if count > 1] == []


def test_each_entry_with_codes_says_how_it_is_seen_and_how_it_was_tried() -> None:
    entries = [each for each in re.split(r"^### ", TEXT, flags=re.MULTILINE)[1:] if "\nCodes: " in each]
    assert [each.splitlines()[0] for each in entries if "**Well again:**" not in each or "**Tried:**" not in each] == []
