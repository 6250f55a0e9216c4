"""An application that equals an open one gets a warning, and is not refused."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.appointment import Content, Direction
from domain.instants import SHANGHAI
from domain.problems import explain
from domain.similar import likeness, warnings

EVENING = datetime(2026, 11, 28, 20, tzinfo=SHANGHAI)
WHOLE: dict[str, Any] = {
    "consignee_code": "3122260003",
    "declaration_port": "2233",
    "entry_exit_port": "2202",
    "window_start": EVENING,
}


def test_goods_contacts_and_reasons_make_no_difference() -> None:
    other = Content(**WHOLE, contact_name="别人", reason="另一理由", direction=Direction.EXPORT)
    assert likeness(other) == likeness(Content(**WHOLE)) is not None


@pytest.mark.parametrize(
    "change",
    [
        {"consignee_code": "3122260005"},
        {"declaration_port": "2202"},
        {"entry_exit_port": "2233"},
        {"window_start": EVENING + timedelta(hours=1)},
    ],
)
def test_another_party_port_or_window_is_another_appointment(change: dict[str, Any]) -> None:
    assert likeness(Content(**WHOLE | change)) != likeness(Content(**WHOLE))


@pytest.mark.parametrize("field", WHOLE)
def test_what_is_not_filled_in_equals_nothing(field: str) -> None:
    assert likeness(Content(**WHOLE | {field: None})) is None


def test_the_warning_names_the_others() -> None:
    (warning,) = warnings(["202600000000000001", "202600000000000002"])
    told = explain(warning, "zh")
    assert "202600000000000001、202600000000000002" in told["message"]
    assert "可以继续" in told["remedy"]
    assert warnings([]) == ()
