"""Differences between two versions of an appointment, field by field."""

import re
from collections.abc import Iterator
from typing import Any

from domain.appointment import PERSONAL, Appointment
from domain.model import Model

#: Every version has its own; a difference in them says nothing.
_OF_EVERY_VERSION = frozenset({"version", "updated_at"})
_PLACE = re.compile(r"\[\d+\]")
#: Paths of texts that people wrote or that say something of a person; places in lists are left out.
PERSONAL_PATHS = frozenset(
    f"{part}.{name}"
    for part, names in (("content", PERSONAL), ("explanation", ("text", "refusal_reason")), ("attachments", ("name",)))
    for name in names
) | {"duty_contact", "return_reason"}


class FieldDifference(Model):
    """A field that differs; a ``personal`` one has no values. None means that the field was empty."""

    path: str
    personal: bool
    before: Any = None
    after: Any = None


def differences(before: Appointment, after: Appointment) -> list[FieldDifference]:
    """Returns the fields that differ between two versions in the clear, in the order of the model.

    A field of a sealed version differs even if its text is the same: open both before.
    """
    old, new = dict(_leaves(_plain(before))), dict(_leaves(_plain(after)))
    paths = [path for path in dict.fromkeys([*old, *new]) if old.get(path) != new.get(path)]
    return [_difference(path, old.get(path), new.get(path)) for path in paths]


def is_personal(path: str) -> bool:
    """Returns True if the field of that path is personal."""
    return _PLACE.sub("", path) in PERSONAL_PATHS


def personal_paths(appointment: Appointment) -> list[str]:
    """Returns the paths of the personal fields that are filled in."""
    return [path for path, _ in _leaves(_plain(appointment)) if is_personal(path)]


def _difference(path: str, before: Any, after: Any) -> FieldDifference:
    if is_personal(path):
        return FieldDifference(path=path, personal=True)
    return FieldDifference(path=path, personal=False, before=before, after=after)


def _plain(appointment: Appointment) -> dict[str, Any]:
    return appointment.model_dump(mode="json", exclude=set(_OF_EVERY_VERSION))


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{place}]")
    elif value is not None:
        yield path, value
