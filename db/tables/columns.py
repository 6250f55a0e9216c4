"""Column types that behave alike on SQLite and PostgreSQL."""

import json
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

#: A growing row number; SQLite counts only a plain INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")


class Instant(TypeDecorator[datetime]):
    """An instant: aware in, UTC out, microseconds kept. ``ValueError`` for a naive datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite stores the digits without the zone."""
        del dialect
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("an instant needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC, whatever the session's time zone is."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """JSON kept as its canonical text, so that what was hashed is what is stored."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """None stays SQL's NULL."""
        del dialect
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The same value."""
        del dialect
        return None if value is None else json.loads(value)


def canonical_json(value: Any) -> str:
    """One text for equal values: sorted keys, no spaces, characters as they are."""
    return json.dumps(to_jsonable_python(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
