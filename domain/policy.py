"""The settings of the rules. Each decision records the version of the policy it was made under."""

import hashlib
import json
from datetime import time, timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Positive = Annotated[timedelta, Field(gt=timedelta(0))]
Count = Annotated[int, Field(gt=0)]


class Section(BaseModel):
    """A table of the policy file; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WindowPolicy(Section):
    """预约通关时间: the length of a window and the minutes at which it may start (0 = any instant)."""

    length: Positive = timedelta(hours=2)
    step_minutes: Annotated[int, Field(ge=0, le=1440)] = 60


class CutoffPolicy(Section):
    """Clock hours before the last closing of customs; not enforced only in the sandbox."""

    enforce: bool = True
    different_general: Positive = timedelta(hours=24)
    different_advanced: Positive = timedelta(hours=8)
    same_general: Positive = timedelta(hours=8)
    same_advanced: Positive = timedelta(hours=4)


class FeedbackPolicy(Section):
    """The period of feedback and the reading of it; natural days end at 24:00 Asia/Shanghai."""

    reading: Literal["natural_days", "exact_hours"] = "natural_days"
    period: Positive = timedelta(days=5)
    max_declarations: Count = 50

    @model_validator(mode="after")
    def _natural_days_are_whole(self) -> "FeedbackPolicy":
        if self.reading == "natural_days" and self.period % timedelta(days=1):
            raise ValueError("feedback.period must be whole days when feedback.reading is natural_days")
        return self


class CalendarPolicy(Section):
    """The governing calendar, the definition of a lunch break, and the permission to book it.

    A gap between two sessions is a lunch break if it is at most ``lunch_longest`` and overlaps ``lunch_between``.
    """

    governing: Literal["declaration_port", "both"] = "declaration_port"
    lunch_bookable: bool = False
    lunch_longest: Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(days=1))] = timedelta(hours=3)
    lunch_between: tuple[time, time] = (time(10, 30), time(14, 30))

    def is_lunch(self, closes: int, opens: int) -> bool:
        """Returns True for a lunch break between two sessions of one day; both in minutes after midnight."""
        begins, ends = (clock.hour * 60 + clock.minute for clock in self.lunch_between)
        is_short = timedelta(minutes=opens - closes) <= self.lunch_longest
        return is_short and closes < ends and begins < opens


class DocumentsPolicy(Section):
    """随附补充材料: bytes are 1024-based."""

    max_files: Count = 5
    max_file_bytes: Count = 4 * 1024**2
    max_page_bytes: Count = 200 * 1024


class GoodsPolicy(Section):
    """The sum of all goods names, in Unicode code points."""

    max_name_characters: Count = 4000


class QueryPolicy(Section):
    """Whole days between the two ends of a span, so one date more than that."""

    max_span_days: Count = 15


class SignaturePolicy(Section):
    """The sessions in which declarations must be signed."""

    required: Literal["card_sessions", "always", "never"] = "card_sessions"


class TwoPersonPolicy(Section):
    """Acts of operators that a second one has to confirm within ``valid_for``: releasing a breach, issuing API keys."""

    release: bool = False
    keys: bool = False
    valid_for: Positive = timedelta(hours=24)


class Policy(Section):
    """The whole policy; the defaults follow the manual."""

    window: WindowPolicy = WindowPolicy()
    cutoff: CutoffPolicy = CutoffPolicy()
    feedback: FeedbackPolicy = FeedbackPolicy()
    calendar: CalendarPolicy = CalendarPolicy()
    documents: DocumentsPolicy = DocumentsPolicy()
    goods: GoodsPolicy = GoodsPolicy()
    query: QueryPolicy = QueryPolicy()
    signature: SignaturePolicy = SignaturePolicy()
    two_persons: TwoPersonPolicy = TwoPersonPolicy()

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits of a hash of the content: equal policies have equal versions."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()[:12]
