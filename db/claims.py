"""Declaration numbers 报关单号: each is used once, across all appointments."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import writing
from db.tables import ClaimRow
from db.upsert import dialect_of, insert
from domain.appointment import WITHOUT_NUMBERS, Appointment

_CLAIMS = ClaimRow.table()


def claim(engine: Engine, pre_entry_no: str, numbers: Iterable[str]) -> frozenset[str]:
    """Claims the numbers for this appointment; returns those that another appointment uses.

    Atomic against concurrent claims; a repeated claim changes nothing.
    """
    wanted = sorted(set(numbers))  # in one order, so that two claims never wait for each other
    if not wanted:
        return frozenset()
    with writing(engine) as session:
        rows = [{"number": number, "pre_entry_no": pre_entry_no, "outcome": None} for number in wanted]
        session.execute(insert(dialect_of(session), _CLAIMS).on_conflict_do_nothing(), rows)
        used = sa.select(_CLAIMS.c.number).where(_CLAIMS.c.number.in_(wanted), _CLAIMS.c.pre_entry_no != pre_entry_no)
        return frozenset(session.execute(used).scalars())


def release(engine: Engine, pre_entry_no: str, numbers: Iterable[str]) -> None:
    """Deletes claims that no event has shown yet; others stay."""
    with writing(engine) as session:
        session.execute(
            sa.delete(_CLAIMS).where(
                _CLAIMS.c.pre_entry_no == pre_entry_no,
                _CLAIMS.c.outcome.is_(None),
                _CLAIMS.c.number.in_(sorted(set(numbers))),
            )
        )


def sync(session: Session, appointment: Appointment, *, shown: Collection[str] = ()) -> None:
    """Makes the claims equal to the snapshot: a number that was removed is free again.

    A claim that no event has shown yet stays: its event may follow this one. ``shown`` are numbers in events that are
    written together with this snapshot.
    """
    if appointment.approved_at is None and not appointment.declarations:
        return
    numbers = numbers_of(appointment)
    gone = sa.delete(_CLAIMS).where(
        _CLAIMS.c.pre_entry_no == appointment.pre_entry_no, _CLAIMS.c.number.not_in(sorted(numbers))
    )
    shown_before = sa.or_(_CLAIMS.c.outcome.is_not(None), _CLAIMS.c.number.in_(sorted(shown)))
    session.execute(gone if appointment.state in WITHOUT_NUMBERS else gone.where(shown_before))
    _upsert(session, appointment.pre_entry_no, numbers)


def numbers_of(appointment: Appointment) -> dict[str, str]:
    """Returns the outcome of each number of the appointment; none once it is cancelled, returned or released."""
    if appointment.state in WITHOUT_NUMBERS:
        return {}
    return {each.number: each.outcome.value for each in appointment.declarations}


def _upsert(session: Session, pre_entry_no: str, numbers: dict[str, str]) -> None:
    if not numbers:
        return
    statement = insert(dialect_of(session), _CLAIMS)
    rows = [
        {"number": number, "pre_entry_no": pre_entry_no, "outcome": outcome}
        for number, outcome in sorted(numbers.items())
    ]
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["number"],
            set_={"outcome": statement.excluded.outcome},
            where=_CLAIMS.c.pre_entry_no == statement.excluded.pre_entry_no,
        ),
        rows,
    )
