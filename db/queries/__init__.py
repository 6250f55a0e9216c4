"""Queries of the database. Sessions come from ``db.engine.reading``; no query writes."""

from db.queries.agenda import (
    AgendaList,
    called_off,
    drafts,
    feedback_due,
    open_for_feedback,
    overdue,
    returned,
    undecided,
    upcoming,
)
from db.queries.appointments import appointment, appointments, number_owner, states
from db.queries.calendars import work_hours
from db.queries.consignees import last_applied
from db.queries.cursors import BadCursor
from db.queries.decisions import decision, first_decisions
from db.queries.draft_deadlines import with_current_deadlines
from db.queries.facts import blocks, facts, facts_for
from db.queries.figures import FigureFilter, Figures, figures
from db.queries.findings import found_worklist
from db.queries.gaps import Gaps, gaps
from db.queries.history import (
    RecordedEvent,
    command_event,
    creation_event,
    is_intact,
    recently_changed,
    snapshot,
    snapshots,
    timeline,
    version_event,
)
from db.queries.notifications import NotifiedEvent, Position, Reader, notifications, unread
from db.queries.people import people
from db.queries.registers import (
    RegisterChange,
    RegisterSummary,
    change_entries,
    entry_changes,
    entry_digest,
    register_change,
    register_changes,
    register_entries,
    register_entry,
    register_summary,
)
from db.queries.search import MOST_SORTED, AttentionFilter, SearchFilter, SearchPage, TooManyRows, search
from db.queries.senders import Sender, logins, senders
from db.queries.similar import similar
from db.queries.sorting import SORT_COLUMNS
from db.queries.today import Today, Waiting, today
from db.queries.unfinished import is_unfinished, unfinished
from db.queries.worklists import (
    WORKLIST_KINDS,
    WorkItem,
    Worklist,
    WorklistFilter,
    WorklistKind,
    WorklistSort,
    named_parties,
    worklist,
)

__all__ = [
    "MOST_SORTED",
    "SORT_COLUMNS",
    "WORKLIST_KINDS",
    "AgendaList",
    "AttentionFilter",
    "BadCursor",
    "FigureFilter",
    "Figures",
    "Gaps",
    "NotifiedEvent",
    "Position",
    "Reader",
    "RecordedEvent",
    "RegisterChange",
    "RegisterSummary",
    "SearchFilter",
    "SearchPage",
    "Sender",
    "Today",
    "TooManyRows",
    "Waiting",
    "WorkItem",
    "Worklist",
    "WorklistFilter",
    "WorklistKind",
    "WorklistSort",
    "appointment",
    "appointments",
    "blocks",
    "called_off",
    "change_entries",
    "command_event",
    "creation_event",
    "decision",
    "drafts",
    "entry_changes",
    "entry_digest",
    "facts",
    "facts_for",
    "feedback_due",
    "figures",
    "first_decisions",
    "found_worklist",
    "gaps",
    "is_intact",
    "is_unfinished",
    "last_applied",
    "logins",
    "named_parties",
    "notifications",
    "number_owner",
    "open_for_feedback",
    "overdue",
    "people",
    "recently_changed",
    "register_change",
    "register_changes",
    "register_entries",
    "register_entry",
    "register_summary",
    "returned",
    "search",
    "senders",
    "similar",
    "snapshot",
    "snapshots",
    "states",
    "timeline",
    "today",
    "undecided",
    "unfinished",
    "unread",
    "upcoming",
    "version_event",
    "with_current_deadlines",
    "work_hours",
    "worklist",
]
