"""Bodies of the acts on an appointment, with normalised fields."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from api.bodies import MAX_ROWS, Blankable, Body, Code, FreeText, Instant, Text, as_code
from api.signing import SignatureBody
from domain.appointment import Content, Direction, GoodsLine, ReasonCategory
from domain.content import tidy

AttachmentId = Annotated[str | None, Field(max_length=64), Blankable]
DeclarationNumbers = Annotated[tuple[Code, ...], Field(max_length=MAX_ROWS)]


class GoodsBody(Body):
    """商品 (line of goods); its place in the list is its sequence number."""

    hs_code: Text | None = None
    name: Text | None = None


class ContentBody(Body):
    """Content of a draft; every field may be missing, and a blank field counts as missing."""

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
        """Returns the content for the rules: normalised, with personal fields in plain text."""
        goods = tuple(GoodsLine(hs_code=line.hs_code, name=line.name) for line in self.goods)
        fields = {name: getattr(self, name) for name in type(self).model_fields if name != "goods"}
        return tidy(Content(goods=goods, **fields))


class Signed(Body):
    """Body of an act that needs a signature if the policy says so."""

    signature: SignatureBody | None = None


class CancelBody(Signed):
    """取消 (cancellation), with an optional reason."""

    reason: FreeText | None = None


class FeedbackBody(Signed):
    """反馈报关单号 (feedback): declaration numbers, in the order typed."""

    declaration_numbers: DeclarationNumbers


class ExplanationBody(Signed):
    """情况说明 (explanation): a text, a file that was uploaded for it, or both."""

    text: FreeText | None = None
    attachment_id: AttachmentId = None
