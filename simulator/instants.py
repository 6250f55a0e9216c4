"""Instants and days as customs writes them. Pydantic alone would read `20260102` as seconds since 1970."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(_DAY.pattern + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")


def _written_as(form: re.Pattern[str]) -> BeforeValidator:
    def check(value: Any) -> Any:
        if not isinstance(value, str) or not form.fullmatch(value):
            raise ValueError(f"must be written as {form.pattern}")
        return value

    return BeforeValidator(check)


Instant = Annotated[AwareDatetime, _written_as(_INSTANT)]
Day = Annotated[date, _written_as(_DAY)]
