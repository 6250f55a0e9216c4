"""Views of an enterprise's own appointments."""

from collections.abc import Iterable

from sqlmodel import Session

from api.appointments.views import Viewer
from api.context import Caller, Context
from api.identity.people import acted_on, names_of
from db import queries
from domain.appointment import Appointment


def own_viewer(session: Session, ctx: Context, caller: Caller, shown: Iterable[Appointment]) -> Viewer:
    """Returns a viewer with the appointments that block the caller, and the names of its people."""
    blocks = queries.blocks(session, [caller.code])
    names = names_of(session, ctx, caller, acted_on(shown))
    return Viewer(ctx.sealer, caller, tuple(block.pre_entry_no for block in blocks), names)
