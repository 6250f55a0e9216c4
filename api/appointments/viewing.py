"""How an enterprise sees its own appointments."""

from sqlmodel import Session

from api.context import Caller, Context
from api.problems import refusal
from api.views import Viewer
from db import queries
from domain.appointment import Appointment


def found(session: Session, pre_entry_no: str, viewer: str | None) -> Appointment:
    """The newest version; ``not_found`` for what does not exist and for what is not the viewer's."""
    appointment = queries.appointment(session, pre_entry_no, viewer=viewer)
    if appointment is None:
        raise refusal("not_found")
    return appointment


def own_viewer(session: Session, the: Context, who: Caller) -> Viewer:
    """The caller's eyes: with what blocks it, named because it is a party."""
    blocks = queries.blocks(session, [who.code])
    return Viewer(the.sealer, who.language, who.code, tuple(block.pre_entry_no for block in blocks))
