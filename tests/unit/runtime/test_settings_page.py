"""docs/settings.md names every setting, and no page names another."""

import re

from runtime.settings import Settings
from runtime.settings_page import PARTS, page
from tests.architecture.source import ROOT

PAGES = [*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")]


def test_every_setting_says_what_it_is_for() -> None:
    undescribed = [name for name, field in Settings.model_fields.items() if not field.description]
    assert undescribed == []


def test_every_part_begins_with_a_setting_and_the_first_with_the_first() -> None:
    names = list(Settings.model_fields)
    assert sorted(PARTS, key=names.index) == list(PARTS)
    assert next(iter(PARTS)) == names[0]


def test_a_row_has_the_values_and_the_default_of_its_setting() -> None:
    assert "| `YUYUE_COLLECT_GRACE` | duration | `P7D` |" in page()
    assert "| `YUYUE_API_PORT` | from 0 to 65535 | `8080` |" in page()
    assert "| `YUYUE_SWEEP_SECONDS` | over 0 to 300 | `5.0` |" in page()
    assert "| `YUYUE_SANDBOX` | `0` or `1` | `0` |" in page()
    assert "| `YUYUE_FINGERPRINT_KEY` | secret |  |" in page()
    assert "| `YUYUE_ENVELOPE_ALGORITHM` | `aes-256-gcm` · `sm4-gcm` | `aes-256-gcm` |" in page()


def test_no_page_names_a_setting_that_is_not_there() -> None:
    known = {f"YUYUE_{name.upper()}" for name in Settings.model_fields}
    named = {word for path in PAGES for word in re.findall(r"\bYUYUE_[A-Z_]+\b(?!…)", path.read_text("utf-8"))}
    assert named == known
