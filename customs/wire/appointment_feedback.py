"""APPOINTMENT_FEEDBACK 通关反馈: the declaration numbers taken this time, with what the look-up said."""

from collections.abc import Iterable

from lxml.etree import _Element as Element

from customs.wire.parts import numbers
from customs.xml import leaf, node
from domain.appointment import Appointment, Declaration
from domain.instants import shown


def body(appointment: Appointment, declarations: Iterable[Declaration]) -> Element:
    """Returns the element with one ``declaration`` for each number, in the order given."""
    return node("appointment_feedback", *numbers(appointment), *[_declaration(each) for each in declarations])


def _declaration(declaration: Declaration) -> Element:
    return node(
        "declaration",
        leaf("number", declaration.number),
        leaf("outcome", declaration.outcome),
        leaf("taken_at", shown(declaration.at)),
    )
