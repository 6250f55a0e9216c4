"""How an enterprise sees its own appointments."""

from sqlmodel import Session

from api.context import Caller, Context
from api.views import Viewer
from db import queries


def own_viewer(session: Session, the: Context, who: Caller) -> Viewer:
    """The caller's eyes: with what blocks it, named because it is a party."""
    blocks = queries.blocks(session, [who.code])
    return Viewer(the.sealer, who, tuple(block.pre_entry_no for block in blocks))
