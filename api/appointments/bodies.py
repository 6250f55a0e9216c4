"""Bodies of the acts on an appointment: shapes, normalised."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from api.bodies import MAX_ROWS, Blankable, Body, Code, FreeText, Instant, Text, as_code
from api.signing import SignatureBody
from domain.appointment import Content, Direction, GoodsLine, ReasonCategory
from domain.content import tidy

AttachmentId = Annotated[str | None, Field(max_length=64), Blankable]
DeclarationNumbers = Annotated[tuple[Code, ...], Field(max_length=MAX_ROWS)]


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
    direction: Annotated[Direction | None, BeforeValidator(as_code), Blankable] = None
    window_start: Annotated[Instant | None, Blankable] = None
    reason: Text | None = None
    reason_category: Annotated[ReasonCategory | None, Blankable] = None
    goods: Annotated[tuple[GoodsBody, ...], Field(max_length=MAX_ROWS)] = ()

    def content(self) -> Content:
        """As the rules read it: each field normalised by its kind, personal fields still in the clear."""
        goods = tuple(GoodsLine(hs_code=line.hs_code, name=line.name) for line in self.goods)
        fields = {name: getattr(self, name) for name in type(self).model_fields if name != "goods"}
        return tidy(Content(goods=goods, **fields))


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
