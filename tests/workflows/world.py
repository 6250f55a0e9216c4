"""The small world the workflow tests play in: a calendar, a port, two enterprises, and a window far enough ahead."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.appointment import Appointment, Content, Direction, GoodsLine, ReasonCategory

SHANGHAI = ZoneInfo("Asia/Shanghai")
APPLICANT = "3122260001"
CONSIGNEE = "3122260003"
PORT = "2233"


class PlainText:
    """These tests write texts in the clear, so there is nothing to open."""

    def open_appointment(self, appointment: Appointment) -> Appointment:
        """The same."""
        return appointment

    def open(self, token: str, *, context: str) -> str:
        """The same; ``context`` must name a place, as the real one demands."""
        assert "/" in context
        return token


def window_start() -> datetime:
    """The Saturday evening at 20:00 that is at least a week ahead."""
    today = datetime.now(SHANGHAI).date()
    saturday = today + timedelta(days=7 + (5 - today.weekday()) % 7)
    return datetime.combine(saturday, time(20), SHANGHAI).astimezone(UTC)


def content(**changes: object) -> Content:
    """A complete application."""
    whole: dict[str, object] = {
        "consignee_code": CONSIGNEE,
        "contact_name": "王小明",
        "contact_mobile": "13800138000",
        "declaration_port": PORT,
        "entry_exit_port": PORT,
        "transport_mode": "5",
        "direction": Direction.IMPORT,
        "window_start": window_start(),
        "reason": "鲜活货物夜间到港",
        "reason_category": ReasonCategory.PERISHABLE,
        "goods": (GoodsLine(hs_code="0301999590", name="其他活鱼"),),
    }
    return Content(**(whole | changes))  # type: ignore[arg-type]
