"""Every table of the product; importing this package completes ``METADATA``."""

from db.tables.appointments import AppointmentRow, ClaimRow, DeliveryRow
from db.tables.base import METADATA, Table
from db.tables.calendar import CalendarDayRow, CalendarYearRow, OverrideRow, WeeklyPlanRow
from db.tables.events import ContentRow, EventRow
from db.tables.keys import ApiKeyRow
from db.tables.receipts import ReceiptRow
from db.tables.register import EnterpriseRow, PortRow

__all__ = [
    "METADATA",
    "ApiKeyRow",
    "AppointmentRow",
    "CalendarDayRow",
    "CalendarYearRow",
    "ClaimRow",
    "ContentRow",
    "DeliveryRow",
    "EnterpriseRow",
    "EventRow",
    "OverrideRow",
    "PortRow",
    "ReceiptRow",
    "Table",
    "WeeklyPlanRow",
]
