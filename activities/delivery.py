"""``deliver``: sends one message to customs. Only here, and in the API, personal fields are decrypted."""

import base64
from datetime import UTC, datetime
from hashlib import sha256
from typing import Protocol

from sqlalchemy import Engine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.contracts import DELIVER, Deliver, Delivered
from customs.channels import DeliveryRefused, Unavailable
from customs.outbound import render
from customs.wire.envelope import SignedEnvelope
from db import deliveries, signatures
from db.deliveries import SentMessage
from db.engine import reading
from domain.appointment import Appointment


class Opener(Protocol):
    """Decrypts sealed fields and seals what is kept of them.

    Raises ``SealError`` when a token was sealed for another place.
    """

    def open_appointment(self, appointment: Appointment) -> Appointment:
        """Returns the appointment with its fields in the clear."""

    def digests(self, appointment: Appointment) -> dict[str, str]:
        """Returns the keyed hash of each personal field by which appointments are found."""

    def open(self, token: str, *, context: str) -> str:
        """Returns one text in the clear."""

    def seal(self, text: str, *, context: str) -> str:
        """Returns a token that opens for the same context only."""


class MessageSender(Protocol):
    """A connection to customs that sends messages."""

    def send(self, message_id: str, xml: bytes, *, port: str | None) -> None:
        """Sends a message of an appointment at that port; returns once customs has it.

        Raises ``DeliveryRefused`` when customs will never take it.

        Any other exception means that a retry may help.
        """


class DeliveryActivity:
    """Sends messages and records when each arrived. Customs recognises a repeated message by its id."""

    def __init__(
        self, engine: Engine, channel: MessageSender, opener: Opener, *, sender_id: str, receiver_id: str
    ) -> None:
        self._engine = engine
        self._channel = channel
        self._opener = opener
        self._sender_id = sender_id
        self._receiver_id = receiver_id

    @activity.defn(name=DELIVER, no_thread_cancel_exception=True)
    def deliver(self, request: Deliver) -> Delivered:
        """Sends the message. Raises a non-retryable ApplicationError when customs refuses it for good."""
        message_id, xml = request.outgoing.message_id, self._render(request)
        sent = self._sent(request, xml)
        try:
            self._channel.send(message_id, xml, port=request.appointment.content.declaration_port)
        except DeliveryRefused as refused:
            deliveries.mark_refused(self._engine, message_id, str(refused), sent)
            raise ApplicationError("customs refuses the message", type="delivery.refused", non_retryable=True) from None
        except Exception as error:
            reason = error.reason if isinstance(error, Unavailable) else type(error).__name__
            deliveries.mark_tried(self._engine, message_id, reason, sent)
            raise
        at = datetime.now(UTC)
        deliveries.mark_delivered(self._engine, message_id, at, sent)
        return Delivered(at=at)

    def _sent(self, request: Deliver, xml: bytes) -> SentMessage:
        """Returns the message as it is sent, sealed for its place: it has personal fields in the clear."""
        place = f"{request.appointment.pre_entry_no}/message/{request.outgoing.message_id}"
        return SentMessage(
            attempts=activity.info().attempt if activity.in_activity() else 1,
            xml=self._opener.seal(xml.decode(), context=place),
            xml_digest=sha256(xml).hexdigest(),
        )

    def _render(self, request: Deliver) -> bytes:
        return render(
            outgoing=request.outgoing,
            appointment=self._opener.open_appointment(request.appointment),
            at=request.at,
            reason=self._reason(request),
            declarations=request.declarations,
            signed=self._signed(request),
            sender_id=self._sender_id,
            receiver_id=self._receiver_id,
        )

    def _signed(self, request: Deliver) -> SignedEnvelope | None:
        """Returns the signed statement from the archive. Raises LookupError when it is missing: the message waits."""
        if request.signature_id is None:
            return None
        with reading(self._engine) as session:
            kept = signatures.find_signature(session, request.signature_id)
        if kept is None:
            raise LookupError(f"signature {request.signature_id} is not in the archive")
        place = f"{kept.pre_entry_no}/{kept.nonce}"
        statement = self._opener.open(kept.statement, context=f"{place}/statement")
        return SignedEnvelope(statement.encode(), base64.b64decode(self._opener.open(kept.cms, context=f"{place}/cms")))

    def _reason(self, request: Deliver) -> str | None:
        if request.reason is None:
            return None
        return self._opener.open(request.reason, context=f"{request.appointment.pre_entry_no}/cancel_reason")
