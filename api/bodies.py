"""What may be sent: shapes, normalised. A field that is not here is refused, and so is what XML could not carry on."""

import re
import unicodedata
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from domain.appointment import Content, Direction, GoodsLine, ReasonCategory
from domain.content import tidy
from domain.enterprise import Grade, Qualification
from domain.facts import PLAUSIBLE_YEARS
from domain.normalising import code, free_text

#: Characters in any one text before a rule looks at it; rules have limits of their own.
MAX_CHARACTERS = 20_000
MAX_ROWS = 1_000

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_BREAKS = frozenset("\t\n\r")


def printable(text: str) -> str:
    """``unprintable`` for control characters, lone surrogates and non-characters: XML 1.0 cannot carry them."""
    if any(_forbidden(character) for character in text):
        raise PydanticCustomError("unprintable", "control characters are not allowed")
    return text


def _forbidden(character: str) -> bool:
    if character in _BREAKS:
        return False
    return unicodedata.category(character) in {"Cc", "Cs"} or character in "\ufffe\uffff"


def _is_rfc3339(value: Any) -> Any:
    # pydantic also takes numbers and bare dates for instants; an offset must stand there in writing.
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise PydanticCustomError("malformed", "an instant is written as RFC 3339 with its offset")
    return value


def _is_date(value: Any) -> Any:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise PydanticCustomError("malformed", "a date is written as YYYY-MM-DD")
    return value


def _is_plausible(day: date) -> date:
    if day.year not in PLAUSIBLE_YEARS:
        raise PydanticCustomError("implausible_year", "the year is not plausible")
    return day


def _named(value: Any) -> Any:
    return dict.fromkeys(value, "") if isinstance(value, list) and all(isinstance(day, str) for day in value) else value


def _blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not free_text(value) else value


def _as_code(value: Any) -> Any:
    return code(value) if isinstance(value, str) else value


Text = Annotated[str, Field(max_length=MAX_CHARACTERS), AfterValidator(printable)]
#: A text without the blanks around it, and a code as the rules read it; ``ContentBody`` normalises by field.
FreeText = Annotated[Text, AfterValidator(free_text)]
#: Codes stand in addresses too, which the server cuts off at 64 KiB without a word of ours.
Code = Annotated[str, Field(max_length=200), AfterValidator(printable), AfterValidator(code)]
Instant = Annotated[AwareDatetime, BeforeValidator(_is_rfc3339)]
Day = Annotated[date, BeforeValidator(_is_date)]
PlausibleDay = Annotated[Day, AfterValidator(_is_plausible)]
Blankable = BeforeValidator(_blank_is_none)
DayNames = Annotated[dict[Day, Text], BeforeValidator(_named)]
Sessions = Annotated[tuple[tuple[str, ...], ...], Field(max_length=24)]
AttachmentId = Annotated[str | None, Field(max_length=64), Blankable]
DeclarationNumbers = Annotated[tuple[Code, ...], Field(max_length=MAX_ROWS)]
PreEntryNo = Annotated[str, BeforeValidator(_as_code), Field(pattern=r"^[0-9]{18}$")]


class Body(BaseModel):
    """A JSON object with these fields and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LoginBody(Body):
    """登录. What is longer than any name or password is refused unseen."""

    username: Annotated[Text, Field(max_length=128)]
    password: Annotated[Text, Field(max_length=256, repr=False)]
    captcha_id: Annotated[Text, Field(max_length=64)]
    captcha_answer: Annotated[Text, Field(max_length=32, repr=False)]


class GoodsBody(Body):
    """商品: its place in the list is its sequence number."""

    hs_code: Text | None = None
    name: Text | None = None


class ContentBody(Body):
    """The content of a draft; every field may be left out, and a blank one is left out."""

    consignee_code: Text | None = None
    contact_name: Text | None = None
    contact_mobile: Text | None = None
    declaration_port: Text | None = None
    entry_exit_port: Text | None = None
    transport_mode: Text | None = None
    direction: Annotated[Direction | None, BeforeValidator(_as_code), Blankable] = None
    window_start: Annotated[Instant | None, Blankable] = None
    reason: Text | None = None
    reason_category: Annotated[ReasonCategory | None, Blankable] = None
    goods: Annotated[tuple[GoodsBody, ...], Field(max_length=MAX_ROWS)] = ()

    def content(self) -> Content:
        """As the rules read it: each field normalised by its kind, personal fields still in the clear."""
        goods = tuple(GoodsLine(hs_code=line.hs_code, name=line.name) for line in self.goods)
        fields = {name: getattr(self, name) for name in type(self).model_fields if name != "goods"}
        return tidy(Content(goods=goods, **fields))


class SignatureBody(Body):
    """电子签名: the nonce of the statement that was offered, and the detached CMS over it (DER in Base64)."""

    nonce: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
    cms: Annotated[str, Field(max_length=64 * 1024)]


class Signed(Body):
    """What may have to be signed; whether it must, the policy says."""

    signature: SignatureBody | None = None


class CancelBody(Signed):
    """取消."""

    reason: FreeText | None = None


class FeedbackBody(Signed):
    """反馈报关单号, in the order typed."""

    declaration_numbers: DeclarationNumbers


class ExplanationBody(Signed):
    """情况说明: a text, a file that was uploaded for it, or both."""

    text: FreeText | None = None
    attachment_id: AttachmentId = None


class BatchDeleteBody(Body):
    """At most 200 drafts, each once."""

    # A list: of a tuple with a faulty item pydantic also says that it is too short.
    pre_entry_nos: Annotated[list[PreEntryNo], Field(min_length=1, max_length=200)]


class ReasonBody(Body):
    """An operator's reason."""

    reason: FreeText


class ReversalBody(ReasonBody):
    """An operator's reason; ``declaration_numbers``: those that customs refuses, where its receipt does not say."""

    declaration_numbers: Annotated[tuple[str, ...], Field(max_length=50)] = ()


class CalendarDayBody(Body):
    """工作时段 of one date: pairs of ``HH:MM``, ``26:00`` being 02:00 of the next date; none: closed all day."""

    sessions: Sessions
    note: FreeText | None = None


class WeekBody(Body):
    """Weekdays; one that is left out goes by the national working days, an empty list is closed all day."""

    monday: Sessions | None = None
    tuesday: Sessions | None = None
    wednesday: Sessions | None = None
    thursday: Sessions | None = None
    friday: Sessions | None = None
    saturday: Sessions | None = None
    sunday: Sessions | None = None


class WeeklyPlanBody(Body):
    """A port's weekdays from ``valid_from`` on, instead of any plan before."""

    valid_from: PlausibleDay
    days: WeekBody
    note: FreeText | None = None


class CalendarYearBody(Body):
    """A year's days off and make-up days 调休: dates, or dates with the holiday's name."""

    holidays: DayNames
    workdays: DayNames = {}
    source: Annotated[Text, Field(min_length=1, max_length=200)] = "operator"


class EnterpriseBody(Body):
    """A register entry; the code stands in the path."""

    uscc: Code | None = None
    ciq_code: Code | None = None
    name: Annotated[FreeText, Field(min_length=1, max_length=200)]
    qualification: Qualification
    valid_until: Day | None = None
    grade: Grade
