"""The state of one appointment in its workflow, with the commands that took effect and the events not projected yet."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from domain.actor import Actor
from domain.appointment import AWAITED, UNDECIDED, Appointment, Attention, Content, Standing, State
from domain.carried import CarriedState, CommandResult, OutboxMessage
from domain.decision import Decision
from domain.due import unverified
from domain.event import UNCHANGING, Action, Event, Outgoing
from workflows.contracts import Answer, Command, Create


class Change(NamedTuple):
    """A change to record: the action, its actor, and the particulars of ``Event`` that apply."""

    action: Action
    actor: Actor
    standing: Standing | None = None
    changes: dict[str, Any] = {}
    flags: frozenset[Attention] = frozenset()
    particulars: dict[str, Any] = {}


class AppointmentAggregate:
    """Mutable state, used by the workflow only. Every change goes through ``record`` and makes one event."""

    def __init__(self, *, run_id: str, carried: CarriedState | None = None) -> None:
        self._run_id = run_id
        self._appointment = carried.appointment if carried else None
        self.commands = dict(carried.commands) if carried else {}
        self.receipts = dict(carried.receipts) if carried else {}
        self.outbox = list(carried.outbox) if carried else []
        self.hours_revision = carried.hours_revision if carried else 0
        self._unchanged_since = carried.unchanged_since if carried else None
        self.pending_events: list[Event] = []
        self.erases_durably = False
        self._holds_events = False
        self.freed_version = 0

    @property
    def appointment(self) -> Appointment:
        """The newest version."""
        if self._appointment is None:
            raise RuntimeError("the appointment is read before the draft was created")
        return self._appointment

    @property
    def projected_version(self) -> int:
        """The newest version that the database has."""
        return self.pending_events[0].version - 1 if self.pending_events else self.appointment.version

    def is_at(self, version: int) -> bool:
        """Returns True if ``version`` is current, ignoring later versions that only voided a lost attempt."""
        newest = self.appointment.version
        return (self._unchanged_since or newest) <= version <= newest

    @property
    def is_ready_to_project(self) -> bool:
        """True if there are events to project now."""
        return bool(self.pending_events) and not self._holds_events

    @contextmanager
    def projected_together(self, *, when: bool) -> Iterator[None]:
        """Holds events back until the end, so that those of a draft and of its submit are one transaction."""
        self._holds_events = when
        try:
            yield
        finally:
            self._holds_events = False

    def must_be_durable(self, events: Sequence[Event]) -> bool:
        """Returns True if projecting the events erases data, which an attempt that may be lost must not do."""
        return self.erases_durably and any(event.action is Action.DELETED for event in events)

    def numbers_freed(self) -> None:
        """Notes that the newest version gives numbers back. They are not claimed again before it is projected."""
        self.freed_version = self.appointment.version

    def carried(self) -> CarriedState:
        """Returns the state from which the next run starts. Call it only when no event is pending."""
        return CarriedState(
            appointment=self.appointment,
            commands=self.commands,
            receipts=self.receipts,
            outbox=tuple(self.outbox),
            hours_revision=self.hours_revision,
            unchanged_since=self._unchanged_since,
        )

    def create(self, pre_entry_no: str, create: Create, at: datetime) -> None:
        """Makes version 1, the draft as the API assessed it. Raises ValueError when the applicant is not registered."""
        decision = create.decision
        if decision.applicant is None:
            raise ValueError("a draft needs a registered applicant")
        self._appointment = Appointment(
            pre_entry_no=pre_entry_no,
            version=1,
            applicant=decision.applicant,
            created_at=create.received_at,
            updated_at=at,
            copied_from=create.copied_from,
            created_by=create.actor.user_id,
            attachments=create.attachments,
            **assessed(decision, create.content),
        )
        self._append(None, Change(Action.CREATED, create.actor, particulars=by(create, decision=decision.facts)), at)
        self.remember(create)

    def record(self, change: Change, at: datetime) -> None:
        """Makes the next version, with its event."""
        before = self.appointment
        self._unchanged_since = self._since(before.version) if change.action in UNCHANGING else None
        standing = change.standing or before.standing
        after = before.model_copy(
            update={"standing": standing, **change.changes, "version": before.version + 1, "updated_at": at}
        )
        self._appointment = after.model_copy(update={"attention": self._attention(after, change.flags)})
        self._append(before.state, change, at)

    def enqueue_message(self, outgoing: Outgoing, at: datetime, **says: Any) -> None:
        """Puts a message to customs into the outbox, with its content as it is now."""
        self.outbox.append(OutboxMessage(outgoing=outgoing, appointment=self.appointment, at=at, **says))

    def mark_projected(self, version: int) -> None:
        """Notes that the database has all events up to that version."""
        self.pending_events = [event for event in self.pending_events if event.version > version]

    def mark_delivered(self, outgoing: Outgoing) -> None:
        """Notes that customs has the message."""
        self.outbox = [message for message in self.outbox if message.outgoing != outgoing]

    def replace(self, recorded: CarriedState) -> None:
        """Replaces the state by the recorded one."""
        self._appointment = recorded.appointment
        self.commands |= recorded.commands
        self.receipts |= recorded.receipts
        self.outbox = list(recorded.outbox)
        self.hours_revision = max(self.hours_revision, recorded.hours_revision)
        self._unchanged_since = recorded.unchanged_since
        self.pending_events = []

    def remember(self, command: Command, **outcome: Any) -> None:
        """Notes that the command took effect at the newest version; its key gets the same answer for ever."""
        self.commands[command.key] = CommandResult(
            body_hash=command.body_hash, version=self.appointment.version, **outcome
        )

    def answer(self, key: str) -> Answer:
        """Returns the first answer to a command; with the view only while its version is the newest."""
        kept = self.commands[key]
        newest = kept.version == self.appointment.version
        return Answer(**kept.model_dump(), appointment=self.appointment if newest else None)

    def _since(self, version: int) -> int:
        return self._unchanged_since or version

    def _append(self, before: State | None, change: Change, at: datetime) -> None:
        appointment = self.appointment
        self.pending_events.append(
            Event(
                version=appointment.version,
                at=at,
                actor=change.actor,
                action=change.action,
                before=before,
                after=appointment.state,
                appointment=appointment,
                run_id=self._run_id,
                **change.particulars,
            )
        )

    def _attention(self, after: Appointment, flags: frozenset[Attention]) -> tuple[Attention, ...]:
        raised = set(after.attention) | flags
        holds = {
            Attention.OVERDUE: after.state is State.COMPLETED_WITHOUT_FEEDBACK,
            Attention.UNDECIDED: Attention.UNDECIDED in raised and after.state in UNDECIDED,
            Attention.UNVERIFIED: bool(unverified(after)),
            Attention.DELIVERY_STUCK: any(message.parked for message in self.outbox),
            Attention.FEEDBACK_REFUSED: Attention.FEEDBACK_REFUSED in raised,
            Attention.HOURS_CHANGED: after.hours_changed_at is not None and after.state in AWAITED,
            Attention.CANCEL_UNCONFIRMED: Attention.CANCEL_UNCONFIRMED in raised and after.cancel_confirmed_at is None,
            Attention.NUMBER_MISMATCHED: Attention.NUMBER_MISMATCHED in raised,
            Attention.REVERSED: Attention.REVERSED in raised,
        }
        return tuple(flag for flag in Attention if holds[flag])


def assessed(decision: Decision, content: Content) -> dict[str, Any]:
    """Returns the fields of an appointment that an assessment fills in."""
    return {
        "content": content,
        "consignee": decision.consignee,
        "window_end": decision.window_end,
        "credit_level": decision.credit_level,
        "deadlines": decision.deadlines,
        "policy_version": decision.policy_version,
    }


def by(command: Command, **particulars: Any) -> dict[str, Any]:
    """Returns the particulars of the event of a command."""
    return {
        "received_at": command.received_at,
        "command_key": command.key,
        "command_hash": command.body_hash,
        "signature_id": command.signature_id,
        **particulars,
    }
