"""An enterprise as the customs register has it."""

from datetime import date
from enum import StrEnum

from domain.appointment import Party
from domain.model import Model


class Qualification(StrEnum):
    """报关资质."""

    REGISTERED = "registered"
    NOT_REGISTERED = "not_registered"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Grade(StrEnum):
    """The customs credit grade as the register has it; ``domain.credit`` gives its level on a date."""

    ADVANCED_CERTIFIED = "高级认证"
    GENERAL_CERTIFIED = "一般认证"
    CERTIFIED = "认证"
    GENERAL_CREDIT = "一般信用"
    REGULAR = "常规"
    DISHONEST = "失信"
    SEVERELY_DISHONEST = "严重失信"


class Enterprise(Model):
    """A register entry. ``valid_until`` is the last day of the qualification, None for no end."""

    code: str
    uscc: str | None = None
    ciq_code: str | None = None
    name: str
    qualification: Qualification
    valid_until: date | None = None
    grade: Grade

    def party(self) -> Party:
        """Returns the four fields that an application shows."""
        return Party(code=self.code, uscc=self.uscc, ciq_code=self.ciq_code, name=self.name)
