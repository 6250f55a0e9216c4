"""Appointments for the pages to show: made through HTTP, decided in the simulated office."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from domain.instants import SHANGHAI, local_date
from tests.e2e.client import Broker, body
from tests.e2e.stack import Up

PORT = "2233"
BROKER, IMPORTER = "3122260002", "3122260003"


def today() -> date:
    return local_date(datetime.now(UTC))


def set_day(stack: Up, day: date, sessions: list[list[str]], port: str = PORT) -> None:
    """Publishes the day of the port."""
    with stack.client("operator") as operator:
        body(operator.put(f"/ops/v1/ports/{port}/calendar/{day}", json={"sessions": sessions, "note": None}))


class Booking(Broker):
    """The general broker's desk; windows lie days ahead, so that the rules as they are let them pass."""

    def new(self, hour: int = 20) -> str:
        """A draft for a closed day after a working day."""
        content = self.content() | {"window_start": self.window(hour).isoformat()}
        answer = self.http.post("/api/v1/appointments", json=content)
        return str(body(answer, 201)["pre_entry_no"])

    def window(self, hour: int = 20) -> datetime:
        """A window's start on that day."""
        return datetime.combine(today() + timedelta(days=6), datetime.min.time(), SHANGHAI) + timedelta(hours=hour)

    def submitted(self) -> str:
        """One that customs has received, and decides when an officer says so."""
        number = self.new()
        self.scenario("manual", number)
        body(self.act(number, "submission"))
        return number


@contextmanager
def booking(stack: Up) -> Iterator[Booking]:
    """A desk whose port works the day before the windows and is closed on the day of the windows."""
    set_day(stack, today() + timedelta(days=5), [["08:30", "17:00"]])
    set_day(stack, today() + timedelta(days=6), [])
    with Booking(stack, "general", BROKER, IMPORTER) as desk:
        yield desk
