"""Everything that is asked of the store. Sessions come from ``db.engine.reading``; nothing here writes."""

from db.queries.agenda import (
    Found,
    called_off,
    drafts,
    feedback_due,
    open_for_feedback,
    overdue,
    returned,
    undecided,
    upcoming,
)
from db.queries.appointments import appointment, number_owner, states
from db.queries.calendars import work_hours
from db.queries.consignees import last_dealt_with
from db.queries.cursors import BadCursor
from db.queries.deadlines import as_of
from db.queries.facts import blocks, facts, facts_for
from db.queries.gaps import Gaps, gaps
from db.queries.history import Recorded, command, creation, recent_numbers, snapshot, snapshots, timeline
from db.queries.notifications import Notified, Position, Reader, notifications, unread
from db.queries.people import people
from db.queries.search import MOST_SORTED, AttentionFilter, Filter, Page, TooMany, search
from db.queries.similar import similar
from db.queries.sorting import SORT_COLUMNS
from db.queries.unfinished import is_unfinished, unfinished

__all__ = [
    "MOST_SORTED",
    "SORT_COLUMNS",
    "AttentionFilter",
    "BadCursor",
    "Filter",
    "Found",
    "Gaps",
    "Notified",
    "Page",
    "Position",
    "Reader",
    "Recorded",
    "TooMany",
    "appointment",
    "as_of",
    "blocks",
    "called_off",
    "command",
    "creation",
    "drafts",
    "facts",
    "facts_for",
    "feedback_due",
    "gaps",
    "is_unfinished",
    "last_dealt_with",
    "notifications",
    "number_owner",
    "open_for_feedback",
    "overdue",
    "people",
    "recent_numbers",
    "returned",
    "search",
    "similar",
    "snapshot",
    "snapshots",
    "states",
    "timeline",
    "undecided",
    "unfinished",
    "unread",
    "upcoming",
    "work_hours",
]
