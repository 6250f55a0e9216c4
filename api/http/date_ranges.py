"""Spans of whole Shanghai days, both ends included."""

from datetime import date

from domain.problems import Fault


def check_span(name: str, first: date | None, last: date | None, limit: int) -> list[Fault]:
    """Both ends or none, in order; ``query.span_too_long`` beyond ``limit`` days between them."""
    ends = {end: f"{name}_{end}" if name else end for end in ("from", "to")}
    if first is None and last is None:
        return []
    if first is None or last is None:
        return [Fault(code="field.required", field=ends["from" if first is None else "to"])]
    if last < first:
        return [Fault(code="field.invalid", field=ends["to"], facts={"reason": "malformed"})]
    if (last - first).days > limit:
        return [Fault(code="query.span_too_long", field=ends["to"], facts={"limit": limit})]
    return []
