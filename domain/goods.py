"""商品: codes, names and their number."""

from collections.abc import Iterator

from domain.appointment import GoodsLine
from domain.codes import hs_fault
from domain.facts import Tariff
from domain.policy import GoodsPolicy
from domain.problems.kinds import Fault
from domain.texts import text_fault

#: The most lines of one application.
MAX_LINES = 200


def check(goods: tuple[GoodsLine, ...], policy: GoodsPolicy, *, complete: bool) -> tuple[Fault, ...]:
    """Returns the faults of formats; when ``complete`` also of missing fields and of the names' total length."""
    faults = [*_count(goods, complete=complete)]
    for index, line in enumerate(goods[:MAX_LINES]):
        faults += _line(line, f"goods[{index}]", complete=complete)
    return (*faults, *_names(goods, policy.max_name_characters)) if complete else tuple(faults)


def check_tariff(goods: tuple[GoodsLine, ...], tariff: Tariff | None) -> tuple[Fault, ...]:
    """Returns ``goods.hs_code_unknown`` for each line whose code a complete tariff lacks on the day of the window."""
    if tariff is None:
        return ()
    unknown = (
        (index, line.hs_code)
        for index, line in enumerate(goods[:MAX_LINES])
        if line.hs_code and hs_fault(line.hs_code, complete=True) is None and line.hs_code not in tariff.codes
    )
    return tuple(
        Fault(
            code="goods.hs_code_unknown",
            field=f"goods[{index}].hs_code",
            facts={"hs_code": code, "day": tariff.day.isoformat()},
        )
        for index, code in unknown
    )


def name_characters(goods: tuple[GoodsLine, ...]) -> int:
    """Returns the length of all names together, in Unicode code points."""
    return sum(len(line.name or "") for line in goods)


def _count(goods: tuple[GoodsLine, ...], *, complete: bool) -> Iterator[Fault]:
    if complete and not goods:
        yield Fault(code="goods.required", field="goods")
    if len(goods) > MAX_LINES:
        yield Fault(code="goods.too_many", field="goods", facts={"count": len(goods), "limit": MAX_LINES})


def _names(goods: tuple[GoodsLine, ...], limit: int) -> Iterator[Fault]:
    characters = name_characters(goods)
    if characters > limit:
        yield Fault(code="goods.names_too_long", field="goods", facts={"characters": characters, "limit": limit})


def _line(line: GoodsLine, path: str, *, complete: bool) -> Iterator[Fault]:
    reason = hs_fault(line.hs_code, complete=complete) if line.hs_code else None
    yield from _part(f"{path}.hs_code", line.hs_code, reason, complete=complete)
    # Only the sum of all names is limited, so no limit for one.
    reason = text_fault(line.name) if line.name else None
    yield from _part(f"{path}.name", line.name, reason, complete=complete)


def _part(field: str, value: str | None, reason: str | None, *, complete: bool) -> Iterator[Fault]:
    if complete and not value:
        yield Fault(code="field.required", field=field)
    if reason is not None:
        yield Fault(code="field.invalid", field=field, facts={"reason": reason})
