"""The kinds of import that fill the registers, by the name of the register."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from db.register_history import RegisterName
from runtime.imports.enterprises import ENTERPRISES
from runtime.imports.job import ImportKind
from runtime.imports.lists import HS, PORTS
from runtime.spreadsheets.headers import Column
from runtime.spreadsheets.sheets import EPOCH

#: Faults that a proposal shows; the rest are counted.
MOST_FAULTS = 5_000

KINDS: Mapping[RegisterName, ImportKind[Any]] = MappingProxyType(
    {"enterprises": ENTERPRISES, "ports": PORTS, "tariff": HS}
)


def columns_of(register: RegisterName) -> Sequence[Column]:
    """Returns the columns by which a sheet of this register is found."""
    return KINDS[register].columns(EPOCH)
