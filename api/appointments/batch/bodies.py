"""Bodies of a batch: at most 200 items, one act each."""

from typing import Annotated, Literal

from pydantic import Field

from api.appointments.bodies import ContentBody, DeclarationNumbers
from api.bodies import Body, FreeText, PreEntryNo
from api.signing import SignatureBody

MAX_ITEMS = 200

ClientKey = Annotated[str, Field(pattern=r"^[!-~]{1,255}$")]


class Item(Body):
    """Item of a batch. ``client_key`` is its own Idempotency-Key in every batch; without it the place is the key."""

    client_key: ClientKey | None = None


class CreateItem(Item):
    """暂存: makes a draft. With ``declare`` 申报 it is submitted too, and saved only if the rules allow the submit."""

    action: Literal["create"]
    content: ContentBody = ContentBody()
    declare: bool = False


class ActItem(Item):
    """Act on an existing appointment; ``version`` has the meaning of ``If-Match``."""

    pre_entry_no: PreEntryNo
    version: Annotated[int | None, Field(ge=1, le=999_999_999)] = None
    signature: SignatureBody | None = None


class SubmitItem(ActItem):
    """申报."""

    action: Literal["submit"]


class CancelItem(ActItem):
    """取消预约."""

    action: Literal["cancel"]
    reason: FreeText | None = None


class FeedbackItem(ActItem):
    """反馈报关单号."""

    action: Literal["feedback"]
    declaration_numbers: DeclarationNumbers


AnyItem = Annotated[CreateItem | SubmitItem | CancelItem | FeedbackItem, Field(discriminator="action")]


class BatchBody(Body):
    """Items of a batch. Acts on one appointment run in the order of the list, acts on different ones in parallel."""

    # A list, because pydantic also reports a tuple with a faulty item as too short.
    items: Annotated[list[AnyItem], Field(min_length=1, max_length=MAX_ITEMS)]
