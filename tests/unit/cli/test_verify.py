import pytest

from runtime.comparison import differs


@pytest.mark.parametrize(
    ("row", "workflow", "expected"),
    [
        ("draft", "draft", False),
        ("completed", "completed", False),
        ("submitted", "succeeded", True),
        (None, "draft", True),
        ("succeeded", None, True),
        ("completed_without_feedback", None, True),
        ("completed", None, False),
        ("cancelled", None, False),
        ("deleted", None, False),
    ],
)
def test_a_row_agrees_with_its_running_workflow_or_needs_none(
    row: str | None, workflow: str | None, expected: bool
) -> None:
    assert differs(row, workflow) is expected
