import json
from typing import Any

import pytest
from pydantic import ValidationError

from api.appointments.batch.bodies import BatchBody
from api.appointments.bodies import ContentBody
from api.bodies import Body
from api.http.problems import Refusal, fault_of, refusal, render
from api.notifications import ReadBody
from domain.problems import CATALOGUE, Fault, leading_code


def document(refused: Refusal, language: Any = "zh") -> dict[str, Any]:
    return dict(json.loads(bytes(render(refused, language).body)))


def test_rules_come_together_as_one_validation_problem() -> None:
    faults = [Fault(code="field.required", field="reason"), Fault(code="goods.required", field="goods")]
    answer = document(Refusal(faults))
    assert (answer["code"], answer["status"]) == ("validation.failed", 422)
    assert [error["code"] for error in answer["errors"]] == ["field.required", "goods.required"]
    assert answer["errors"][0]["message"] == "事由为必填项。"
    assert set(answer["errors"][0]) == {"code", "field", "message", "remedy", "facts"}


def test_english_when_asked() -> None:
    answer = document(Refusal([Fault(code="field.required", field="reason")]), "en")
    assert answer["errors"][0]["message"] == "reason is required."
    assert answer["title"] == "Validation failed"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("state.not_permitted", 409),
        ("explanation.already_sent", 409),
        ("version.stale", 412),
        ("version.required", 428),
        ("idempotency.conflict", 422),
        ("not_found", 404),
        ("auth.required", 401),
        ("auth.forbidden", 403),
        ("rate.limited", 429),
        ("temporarily.unavailable", 503),
        ("outcome.unknown", 503),
    ],
)
def test_a_problem_of_its_own_is_the_whole_answer(code: str, status: int) -> None:
    refused = refusal(code, state="draft")
    response = render(refused, "zh")
    answer = document(refused)
    assert (response.status_code, answer["status"], answer["code"]) == (status, status, code)
    assert [error["code"] for error in answer["errors"]] == [code]
    assert answer["facts"] == {"state": "draft"}
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("code", ["cancellation.closed", "feedback.closed", "explanation.empty", "cutoff.passed"])
def test_a_rule_alone_is_still_a_rule(code: str) -> None:
    assert leading_code([Fault(code=code)]) == "validation.failed"


def test_the_state_stands_before_rules() -> None:
    assert leading_code([Fault(code="field.required"), Fault(code="state.not_permitted")]) == "state.not_permitted"


def test_every_problem_can_be_rendered_in_both_languages() -> None:
    for code, problem in CATALOGUE.items():
        for language in ("zh", "en"):
            answer = document(refusal(code), language)
            assert answer["status"] == (problem.status if answer["code"] == code else 422)
            assert answer["detail"]


def test_what_may_pass_says_when_to_ask_again() -> None:
    assert "retry-after" in render(refusal("outcome.unknown"), "zh").headers
    assert "retry-after" in render(refusal("rate.limited"), "zh").headers
    assert "bearer" in render(refusal("auth.required"), "zh").headers["www-authenticate"].lower()


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        ({"type": "json_invalid", "loc": ("body", 3)}, ("body.malformed", None, None)),
        ({"type": "extra_forbidden", "loc": ("body", "colour")}, ("field.unknown", "colour", None)),
        ({"type": "extra_forbidden", "loc": ("body", "goods", 2, "price")}, ("field.unknown", "goods[2].price", None)),
        ({"type": "missing", "loc": ("body", "text")}, ("field.required", "text", None)),
        ({"type": "missing", "loc": ("body",)}, ("field.required", "body", None)),
        ({"type": "string_type", "loc": ("body", "reason")}, ("field.invalid", "reason", "malformed")),
        ({"type": "string_too_long", "loc": ("body", "reason")}, ("field.invalid", "reason", "too_long")),
        ({"type": "unprintable", "loc": ("body", "reason")}, ("field.invalid", "reason", "unprintable")),
        ({"type": "less_than_equal", "loc": ("query", "limit")}, ("field.invalid", "limit", "malformed")),
    ],
)
def test_pydantics_errors_become_faults_of_the_field(
    error: dict[str, Any], fault: tuple[str, str | None, str | None]
) -> None:
    found = fault_of(error | {"input": "13800138000"})
    assert (found.code, found.field, found.facts.get("reason")) == fault
    assert "13800138000" not in str(found)


def test_a_made_up_field_name_cannot_break_the_answer() -> None:
    fault = fault_of({"type": "extra_forbidden", "loc": ("body", "\ud800" * 500)})
    assert fault.field is not None
    assert len(fault.field) <= 80
    document(Refusal([fault]))


@pytest.mark.parametrize(
    ("body", "sent", "field", "message"),
    [
        (ContentBody, {"direction": "X"}, "direction", "进出口标识填写有误：应为以下之一（I、E）。"),
        (
            ContentBody,
            {"window_start": "2026-12-05T20:00:00"},
            "window_start",
            "预约通关时间填写有误：应为带时差的时刻，如 2026-12-05T20:00:00+08:00。",
        ),
        (BatchBody, {"items": [{}]}, "items[0].action", "项目第1项操作为必填项。"),
        (
            BatchBody,
            {"items": [{"action": "x"}]},
            "items[0].action",
            "项目第1项操作填写有误：应为以下之一（create、submit、cancel、feedback）。",
        ),
        (ReadBody, {}, "items", "项目为必填项。"),
    ],
)
def test_a_fault_of_the_shape_names_field_and_what_is_right(
    body: type[Body], sent: dict[str, Any], field: str, message: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        body.model_validate(sent)
    (error,) = raised.value.errors()
    (told,) = document(Refusal([fault_of({**error, "loc": ("body", *error["loc"])})]))["errors"]
    assert (told["field"], told["message"]) == (field, message)
