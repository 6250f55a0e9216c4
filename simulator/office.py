"""The simulated office: takes each message once, decides by scenario or by an officer's order, queues receipts."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from simulator import messages
from simulator.demands import Demands
from simulator.messages import Message
from simulator.names import Pull, Result, Scenario, answers
from simulator.store import Store

SHANGHAI = ZoneInfo("Asia/Shanghai")
_SERIALS_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
_DUTY_CONTACT = "模拟值班关员 021-00000000"
_NOTES: dict[str, str] = {"RETURNED": "模拟退单：请更正后重新申请。Returned by the simulated office."}
_UNKNOWN_PORT = "0000"


class Decision(NamedTuple):
    """Content of a receipt; ``declaration_numbers`` are the numbers it is about, empty for all of the appointment."""

    pre_entry_no: str
    result: Result
    note: str | None = None
    declaration_numbers: Sequence[str] = ()


class Delivery(BaseModel):
    """Ways in which receipts leave: whether they are pushed, and how they can be fetched."""

    model_config = ConfigDict(extra="forbid")

    pushing: bool = True
    pull: Pull = "well"
    epoch: int = 0


class Office:
    """Handles messages and decisions; calls ``wake`` when there may be a receipt to send."""

    def __init__(self, store: Store, wake: Callable[[], None]) -> None:
        self.store = store
        self._wake = wake

    def in_outage(self, pre_entry_no: str | None = None) -> bool:
        """Returns True during a simulated outage, of one appointment or of the whole office."""
        return bool(self.store.scenario(pre_entry_no)[0] == "outage")

    def set_scenario(self, name: Scenario, delay_seconds: float, pre_entry_no: str | None) -> None:
        """Sets the scenario of one appointment or of all others; receipts already queued keep their times."""
        self.store.set_scenario(pre_entry_no, name, delay_seconds)
        self._wake()

    @property
    def delivery(self) -> Delivery:
        """Returns how receipts leave."""
        return Delivery.model_validate_json(self.store.choice("delivery"))

    def set_delivery(self, delivery: Delivery) -> None:
        """Changes how receipts leave; ``forgotten`` makes the office forget every cursor that it gave."""
        epoch = self.delivery.epoch + (delivery.pull == "forgotten")
        self.store.set_choice("delivery", delivery.model_copy(update={"epoch": epoch}).model_dump_json())
        self._wake()

    @property
    def demands(self) -> Demands:
        """The credentials that callers need."""
        return Demands.model_validate_json(self.store.choice("demands"))

    def set_demands(self, demands: Demands) -> None:
        """Changes the credentials that callers need."""
        self.store.set_choice("demands", demands.model_dump_json())

    def receive(self, message: Message, raw: bytes, way: str = "http") -> None:
        """Counts every arrival of a message, and handles the first one only; receipts go the way it came."""
        now, xml = datetime.now(UTC), raw.decode()
        pre_entry_no = message.value("pre_entry_no")
        with self.store.transaction():
            if self.store.count_repeat(message.message_id, xml, now):
                return
            self.store.keep_message(
                {
                    "message_id": message.message_id,
                    "message_type": message.message_type,
                    "pre_entry_no": pre_entry_no,
                    "body_xml": xml,
                },
                now,
            )
            self.store.note_state(pre_entry_no, message.message_type)
            self.store.note_way(pre_entry_no, way)
            self._note_application(message)
            self._answer(message.message_type, pre_entry_no, now)
        self._wake()

    def decide(self, decision: Decision) -> str:
        """Queues an officer's decision for sending at once, in any scenario. Returns the ``receipt_id``."""
        pre_entry_no, result = decision.pre_entry_no, decision.result
        with self.store.transaction():
            self.store.note_state(pre_entry_no, result)
            receipt_id = self._queue(decision, datetime.now(UTC))
        self._wake()
        return receipt_id

    def resend(self, since: datetime) -> list[dict[str, str]]:
        """Queues all receipts sent since then for another delivery, and returns their ids and numbers."""
        now = datetime.now(UTC).timestamp()
        with self.store.transaction():
            again = [dict(row) for row in self.store.requeue(since.timestamp(), now)]
        self._wake()
        return again

    def resend_of(self, pre_entry_no: str) -> None:
        """Queues the sent receipts of one appointment for another delivery."""
        with self.store.transaction():
            self.store.requeue_of(pre_entry_no, datetime.now(UTC).timestamp())
        self._wake()

    def _note_application(self, message: Message) -> None:
        if message.message_type == "APPOINTMENT_APPLY":
            self.store.note_facts(
                message.value("pre_entry_no"),
                {
                    "applicant": f"{message.value('applicant/code')} {message.value('applicant/name')}",
                    "consignee": f"{message.value('consignee/code')} {message.value('consignee/name')}",
                    "declaration_port": message.value("declaration_port"),
                    "window_start": message.value("window_start"),
                    "reason": message.value("reason"),
                },
            )

    def _answer(self, message_type: str, pre_entry_no: str, now: datetime) -> None:
        scenario, delay_seconds = self.store.scenario(pre_entry_no)
        for place, result in enumerate(answers(scenario, message_type), 1):
            self._queue(Decision(pre_entry_no, result), now + timedelta(seconds=place * delay_seconds))

    def _queue(self, decision: Decision, due: datetime) -> str:
        pre_entry_no, result = decision.pre_entry_no, decision.result
        receipt_id, approved = str(uuid4()), result == "APPROVED"
        facts = {
            "receipt_id": receipt_id,
            "pre_entry_no": pre_entry_no,
            "result": result,
            "application_no": self._application_no(pre_entry_no, due) if approved else None,
            "note": decision.note or _NOTES.get(result),
            "duty_contact": _DUTY_CONTACT if approved else None,
        }
        # The XML is written once and stored: every retry, also after a crash, sends the same receipt.
        self.store.queue_receipt(
            {
                "receipt_id": receipt_id,
                "pre_entry_no": pre_entry_no,
                "result": result,
                "copies": 2 if self.store.scenario(pre_entry_no)[0] == "duplicate" else 1,
                "due_at": due.timestamp(),
                "next_at": due.timestamp(),
                "body_xml": messages.receipt(facts, due, decision.declaration_numbers),
            }
        )
        return receipt_id

    def _application_no(self, pre_entry_no: str, at: datetime) -> str:
        """Returns port (4), year (4) and serial (10 digits); an appointment keeps the number it has."""
        known = self.store.appointment(pre_entry_no)
        if known is not None and known["application_no"]:
            return str(known["application_no"])
        # The serial is at least the tenths of a second since 2020: a new file repeats no number of a deleted file.
        serial = self.store.next_serial("application_no", int((at - _SERIALS_BEGIN) / timedelta(seconds=0.1)))
        port = known["declaration_port"] if known is not None else ""
        number = f"{port or _UNKNOWN_PORT}{at.astimezone(SHANGHAI).year}{serial:010d}"
        self.store.note_facts(pre_entry_no, {"application_no": number})
        return number
