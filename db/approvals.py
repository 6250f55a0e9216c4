"""Requests that another operator has to confirm; ``api.operators.approvals`` carries them out."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import ApprovalRow
from db.upsert import insert_missing
from domain.model import Model

_APPROVALS = ApprovalRow.table()

DONE = "done"


class ApprovalKind(StrEnum):
    """Act that may need two persons."""

    RELEASE = "release"
    KEY_ISSUE = "key_issue"
    KEY_ROTATION = "key_rotation"


class ApprovalState(StrEnum):
    """State of a request; ``confirmed``: decided, but not known to be carried out yet."""

    OPEN = "open"
    EXPIRED = "expired"
    REJECTED = "rejected"
    CONFIRMED = "confirmed"
    DONE = "done"
    REFUSED = "refused"


class OperatorIdentity(NamedTuple):
    """An operator by name, and by the id that no other user ever has."""

    name: str
    user_id: str


class Approval(Model):
    """A request; see ``db.tables.ApprovalRow``."""

    approval_id: str
    kind: ApprovalKind
    subject: str
    content: dict[str, Any]
    reason: str
    asked_by: str
    asked_as: str
    asked_at: datetime
    expires_at: datetime
    decision: str | None = None
    decided_by: str | None = None
    decided_as: str | None = None
    decided_at: datetime | None = None
    done_at: datetime | None = None
    outcome: str | None = None

    def state(self, at: datetime) -> ApprovalState:
        """Returns the state at an instant."""
        if self.decision is None:
            return ApprovalState.OPEN if at < self.expires_at else ApprovalState.EXPIRED
        if self.done_at is None:
            return ApprovalState(self.decision)
        return ApprovalState.DONE if self.outcome == DONE else ApprovalState.REFUSED


def ask(session: Session, wanted: Approval) -> bool:
    """Stores a request; returns False, and changes nothing, when there is one with its id."""
    if find(session, wanted.approval_id) is not None:
        return False
    insert_missing(session, _APPROVALS, wanted.model_dump())
    return True


def find(session: Session, approval_id: str) -> Approval | None:
    """Returns the request with this id."""
    wanted = sa.select(_APPROVALS).where(_APPROVALS.c.approval_id == approval_id)
    found = session.execute(wanted).mappings().one_or_none()
    return None if found is None else Approval.model_validate(dict(found))


def pending(session: Session, kind: ApprovalKind, subject: str, at: datetime) -> Approval | None:
    """Returns a request for the same act that waits for a decision, or for being carried out."""
    rows = session.execute(
        sa.select(_APPROVALS).where(_APPROVALS.c.subject == subject, _APPROVALS.c.kind == kind.value)
    ).mappings()
    waiting = {ApprovalState.OPEN, ApprovalState.CONFIRMED}
    found = (Approval.model_validate(dict(row)) for row in rows)
    return next((each for each in found if each.state(at) in waiting), None)


def newest(session: Session, *, before: tuple[datetime, str] | None, limit: int) -> list[Approval]:
    """Returns requests, newest first, ``before`` the instant and id of one."""
    wanted = sa.select(_APPROVALS)
    if before is not None:
        wanted = wanted.where(sa.tuple_(_APPROVALS.c.asked_at, _APPROVALS.c.approval_id) < before)
    wanted = wanted.order_by(_APPROVALS.c.asked_at.desc(), _APPROVALS.c.approval_id.desc())
    return [Approval.model_validate(dict(row)) for row in session.execute(wanted.limit(limit)).mappings()]


def decide(session: Session, approval_id: str, decision: str, *, by: OperatorIdentity, at: datetime) -> bool:
    """Records a decision; returns False, and changes nothing, when the request is decided or has expired."""
    undecided = sa.update(_APPROVALS).where(
        _APPROVALS.c.approval_id == approval_id, _APPROVALS.c.decision.is_(None), _APPROVALS.c.expires_at > at
    )
    values = {"decision": decision, "decided_by": by.name, "decided_as": by.user_id, "decided_at": at}
    return session.exec(undecided.values(**values)).rowcount == 1


def finish(session: Session, approval_id: str, outcome: str, at: datetime) -> None:
    """Records that a confirmed act was carried out, or refused with a problem code; the first outcome stays."""
    open_ = sa.update(_APPROVALS).where(_APPROVALS.c.approval_id == approval_id, _APPROVALS.c.done_at.is_(None))
    session.execute(open_.values(done_at=at, outcome=outcome))
