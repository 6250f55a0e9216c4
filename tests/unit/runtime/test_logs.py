import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog
from pydantic import BaseModel

from runtime import logs
from runtime.settings import Settings


@contextmanager
def configured() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure(Settings())
    try:
        yield
    finally:
        root.handlers, root.level = handlers, level
        structlog.reset_defaults()


class Form(BaseModel):
    mobile: int


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_personal_fields_are_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    with configured():
        structlog.get_logger("yuyue").info(
            "saved", pre_entry_no="2026", contact_name="王小明", Authorization="Bearer x"
        )
    [line] = lines(capsys)
    assert line["pre_entry_no"] == "2026"
    assert (line["contact_name"], line["Authorization"]) == ("<hidden>", "<hidden>")


def test_an_exception_is_told_by_type_and_place_and_not_by_what_a_user_typed() -> None:
    with pytest.raises(ValueError, match="13800138000") as raised:
        Form.model_validate({"mobile": "王小明 13800138000"})
    event = logs.describe_exceptions(None, "error", {"event": "failed", "exc_info": raised.value})
    assert "13800138000" not in str(event)
    assert event["exception"][0]["type"] == "ValidationError"
    assert "test_logs.py" in event["exception"][0]["at"][0]


def test_the_systems_own_words_are_kept() -> None:
    event = logs.describe_exceptions(None, "error", {"event": "failed", "exc_info": ConnectionRefusedError("refused")})
    assert event["exception"][0]["message"] == "refused"
