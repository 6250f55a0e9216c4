"""Waits for a state of an appointment."""

import time
from typing import Any

from .api.appointments import get_appointment
from .api.events import list_events
from .client import AuthenticatedClient
from .types import UNSET

_LONGEST_WAIT = 20


def wait_for(client: AuthenticatedClient, pre_entry_no: str, *states: str, seconds: float = 60.0) -> Any:
    """Returns the appointment as soon as it is in one of the states. Raises ``TimeoutError``.

    It asks for events instead of the appointment, so nothing is asked while nothing happens.
    """
    until = time.monotonic() + seconds
    cursor = list_events.sync(client=client, start="now").next_cursor
    while (view := get_appointment.sync(pre_entry_no, client=client)).state not in states:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"{pre_entry_no} is {view.state}, not {' or '.join(states)}")
        cursor = _next(client, pre_entry_no, cursor, left)
    return view


def _next(client: AuthenticatedClient, pre_entry_no: str, cursor: str, seconds: float) -> str:
    """Returns the cursor after the next event of the appointment, or after a wait without one."""
    until = time.monotonic() + min(seconds, _LONGEST_WAIT)
    while (left := until - time.monotonic()) > 0:
        page = list_events.sync(client=client, after=cursor or UNSET, wait=max(1, int(left)))
        cursor = page.next_cursor
        if any(event.subject == pre_entry_no for event in page.items):
            break
    return cursor
