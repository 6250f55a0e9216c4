"""What a batch may hold: at most 200 items, each one act."""

from typing import Annotated, Literal

from pydantic import Field

from api.appointments.bodies import ContentBody, DeclarationNumbers
from api.bodies import Body, FreeText, PreEntryNo
from api.signing import SignatureBody

MAX_ITEMS = 200

ClientKey = Annotated[str, Field(pattern=r"^[!-~]{1,255}$")]


class Item(Body):
    """``client_key``: the item's own Idempotency-Key, which counts in every batch; without one its place counts."""

    client_key: ClientKey | None = None


class CreateItem(Item):
    """暂存: a new draft; with ``declare`` 申报 as well, and then nothing is saved unless it may be declared."""

    action: Literal["create"]
    content: ContentBody = ContentBody()
    declare: bool = False


class ActItem(Item):
    """An act on an appointment that exists; ``version`` is the only one that it may meet, as ``If-Match`` says it."""

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
    """Acts on one appointment are done in the order of the list, those on different ones side by side."""

    # A list: of a tuple with a faulty item pydantic also says that it is too short.
    items: Annotated[list[AnyItem], Field(min_length=1, max_length=MAX_ITEMS)]
