"""The fields of an application: formats of what is present, and what must be present to submit.

The API seals personal fields, so their formats are checked there before (``check_personal``); afterwards only their
presence counts.
"""

from collections.abc import Callable, Iterator

from domain.appointment import Content, GoodsLine
from domain.codes import customs_code_fault, mobile_fault, port_fault, transport_mode_fault
from domain.facts import plausible
from domain.normalising import code, free_text, hs_code, mobile
from domain.problems.kinds import Fault
from domain.texts import text_fault

#: Code points of a free text 预约通关事由; our decision, as the manual gives none.
MAX_TEXT = 500
MAX_NAME = 50

#: What must be there to submit; goods are judged by ``domain.goods``.
REQUIRED = (
    "consignee_code",
    "contact_name",
    "contact_mobile",
    "declaration_port",
    "entry_exit_port",
    "transport_mode",
    "direction",
    "window_start",
    "reason",
    "reason_category",
)

_FORMATS: dict[str, Callable[[str], str | None]] = {
    "consignee_code": customs_code_fault,
    "declaration_port": port_fault,
    "entry_exit_port": port_fault,
    "transport_mode": transport_mode_fault,
}

#: Field → how it is normalised; any other field is a free text.
_KINDS: dict[str, Callable[[str], str]] = {
    "consignee_code": code,
    "contact_mobile": mobile,
    "declaration_port": code,
    "entry_exit_port": code,
    "transport_mode": code,
    "hs_code": hs_code,
}


def tidy(content: Content) -> Content:
    """Normalises each field by its kind, before it is sealed; a field of blanks becomes None."""
    tidied = {name: _tidy(name, getattr(content, name)) for name in Content.model_fields if name != "goods"}
    goods = tuple(
        line.model_copy(update={name: _tidy(name, getattr(line, name)) for name in GoodsLine.model_fields})
        for line in content.goods
    )
    return content.model_copy(update={**tidied, "goods": goods})


def check_personal(content: Content) -> tuple[Fault, ...]:
    """Returns ``field.invalid`` for each wrong personal field in the clear. The facts repeat nothing personal."""
    reasons = (
        ("contact_name", content.contact_name and text_fault(content.contact_name, MAX_NAME)),
        ("contact_mobile", content.contact_mobile and mobile_fault(content.contact_mobile)),
        ("reason", content.reason and text_fault(content.reason, MAX_TEXT)),
    )
    return tuple(_invalid(field, reason) for field, reason in reasons if reason)


def check_text(field: str, text: str | None, limit: int = MAX_TEXT) -> tuple[Fault, ...]:
    """Returns the fault of a free text in the clear (reason, explanation, note). None is no fault."""
    reason = None if text is None else text_fault(text, limit)
    return () if reason is None else (_invalid(field, reason),)


def check_formats(content: Content) -> tuple[Fault, ...]:
    """Returns ``field.invalid`` for each wrong code and for the window's start, as far as present."""
    return tuple(_invalid(field, reason) for field, reason in _format_faults(content))


def check_known_ports(content: Content, known_ports: frozenset[str]) -> tuple[Fault, ...]:
    """Returns ``field.invalid`` for each well-formed port that the port table does not have."""
    ports = (("declaration_port", content.declaration_port), ("entry_exit_port", content.entry_exit_port))
    return tuple(
        _invalid(field, "unknown_port")
        for field, port in ports
        if port and port_fault(port) is None and port not in known_ports
    )


def check_required(content: Content) -> tuple[Fault, ...]:
    """Returns ``field.required`` for each missing field; ``domain.goods`` checks the goods."""
    return tuple(Fault(code="field.required", field=field) for field in REQUIRED if not getattr(content, field))


def _format_faults(content: Content) -> Iterator[tuple[str, str]]:
    for field, check in _FORMATS.items():
        value = getattr(content, field)
        if value and (reason := check(value)):
            yield field, reason
    if content.window_start is not None and not plausible(content.window_start):
        yield "window_start", "implausible_year"


def _tidy(field: str, value: object) -> object:
    # Enumerations are strings too, and are tidy already.
    return (_KINDS.get(field, free_text)(value) or None) if type(value) is str else value


def _invalid(field: str, reason: str) -> Fault:
    return Fault(code="field.invalid", field=field, facts={"reason": reason})
