"""Types of the fields of requests, normalised. Unknown fields are refused, and so are characters XML cannot hold."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from domain.facts import PLAUSIBLE_YEARS
from domain.normalising import code, free_text
from domain.texts import is_printable

#: Characters of any text; the rules have lower limits of their own.
MAX_CHARACTERS = 20_000
MAX_ROWS = 1_000

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def printable(text: str) -> str:
    """Returns the text. Raises PydanticCustomError ``unprintable`` when it has a character that no text may have."""
    if not is_printable(text):
        raise PydanticCustomError("unprintable", "control characters are not allowed")
    return text


def _is_rfc3339(value: Any) -> Any:
    # Pydantic also takes numbers, compact dates (as seconds since 1970) and bare dates; the offset must be written.
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise PydanticCustomError("instant", "an instant is written as RFC 3339 with its offset")
    return value


def _is_date(value: Any) -> Any:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise PydanticCustomError("calendar_day", "a date is written as YYYY-MM-DD")
    return value


def _is_plausible(day: date) -> date:
    if day.year not in PLAUSIBLE_YEARS:
        raise PydanticCustomError("implausible_year", "the year is not plausible")
    return day


def _blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not free_text(value) else value


def as_code(value: Any) -> Any:
    """Returns a text as the rules read a code, and any other value unchanged."""
    return code(value) if isinstance(value, str) else value


Text = Annotated[str, Field(max_length=MAX_CHARACTERS), AfterValidator(printable)]
#: A text without the blanks around it, and a code as the rules read it; ``ContentBody`` normalises by field.
FreeText = Annotated[Text, AfterValidator(free_text)]
#: Codes occur in addresses too, which the server limits to 64 KiB with an answer that is not ours.
Code = Annotated[str, Field(max_length=200), AfterValidator(printable), AfterValidator(code)]
Instant = Annotated[AwareDatetime, BeforeValidator(_is_rfc3339)]
Day = Annotated[date, BeforeValidator(_is_date)]
PlausibleDay = Annotated[Day, AfterValidator(_is_plausible)]
Blankable = BeforeValidator(_blank_is_none)
PreEntryNo = Annotated[str, BeforeValidator(as_code), Field(pattern=r"^[0-9]{18}$")]


class Body(BaseModel):
    """A JSON object with these fields and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)
