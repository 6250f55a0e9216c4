"""Column types that behave alike on SQLite and PostgreSQL."""

import json
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

#: A growing row number; SQLite counts only a plain INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")


#: What operators filter what waits by: an index that ends with these columns answers without reading the rows.
FILTERED = ("applicant_code", "consignee_code", "declaration_port", "entry_exit_port")


class Instant(TypeDecorator[datetime]):
    """An instant: aware on input, UTC on output, with microseconds. Raises ``ValueError`` for a naive datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Returns the value in UTC; SQLite stores the digits without the zone."""
        del dialect
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("an instant needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Returns the value in UTC, regardless of the time zone of the session."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """JSON stored as its canonical text, so that the stored text is the hashed one."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Returns the canonical text; None becomes NULL."""
        del dialect
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Returns the parsed value."""
        del dialect
        return None if value is None else json.loads(value)


def canonical_json(value: Any) -> str:
    """Returns one text for equal values: sorted keys, no spaces, characters unescaped."""
    return json.dumps(to_jsonable_python(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
