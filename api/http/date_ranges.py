"""Ranges of whole Shanghai days, both ends included."""

from datetime import date

from domain.problems import Fault


def check_span(name: str, first: date | None, last: date | None, limit: int) -> list[Fault]:
    """Returns the faults of a range: an end is missing, the order is wrong, it is longer than ``limit`` days."""
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
