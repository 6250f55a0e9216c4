"""Receipts that contradict what stands, as operators record them."""

from domain.carried import ReceiptAnswer
from domain.receipt import RECORDED, Disposition
from domain.reversal import check_numbers, recordable
from workflows import receipts
from workflows.contracts import RecordReversal
from workflows.desk import Desk
from workflows.refusals import not_permitted, refuse_if


class Reversals:
    """Each receipt is recorded once, as long as it contradicts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._book = desk.book

    def may_record(self, command: RecordReversal) -> None:
        """Refuses what can be refused by looking."""
        self._desk.look(command, None)
        if not self._desk.is_settled(command):
            self._demand(command)

    async def record(self, command: RecordReversal) -> None:
        """Another operator may have been first, so it looks once more."""
        self._demand(command)
        self._desk.enter(receipts.recorded(self._book.appointment, command))
        self._book.numbers_freed()
        self._book.remember(command)
        applied = ReceiptAnswer(disposition=Disposition.APPLIED, reason=RECORDED, body_hash=command.body_hash)
        self._book.receipts[command.receipt.receipt_id] = applied

    def _demand(self, command: RecordReversal) -> None:
        appointment, receipt = self._book.appointment, command.receipt
        known = self._book.receipts.get(receipt.receipt_id)
        applied = known is not None and known.disposition is Disposition.APPLIED
        if applied or not recordable(appointment, receipt):
            not_permitted(appointment)
        refuse_if(check_numbers(appointment, receipt, command.declaration_numbers), appointment)
