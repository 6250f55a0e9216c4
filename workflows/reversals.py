"""Receipts that contradict what stands, as operators record them."""

from domain.carried import ReceiptAnswer
from domain.receipt import RECORDED, Disposition
from domain.reversal import check_numbers, recordable
from workflows import receipts
from workflows.command_handler import CommandHandler
from workflows.contracts import RecordReversal
from workflows.refusals import not_permitted, refuse_if


class Reversals:
    """Each receipt is recorded once, as long as it contradicts."""

    def __init__(self, handler: CommandHandler) -> None:
        self._handler = handler
        self._aggregate = handler.aggregate

    def may_record(self, command: RecordReversal) -> None:
        """Refuses what can be refused by looking."""
        self._handler.validate(command)
        if not self._handler.is_settled(command):
            self._demand(command)

    async def record(self, command: RecordReversal) -> None:
        """Another operator may have been first, so it looks once more."""
        self._demand(command)
        self._handler.apply(receipts.recorded(self._aggregate.appointment, command))
        self._aggregate.numbers_freed()
        self._aggregate.remember(command)
        applied = ReceiptAnswer(disposition=Disposition.APPLIED, reason=RECORDED, body_hash=command.body_hash)
        self._aggregate.receipts[command.receipt.receipt_id] = applied

    def _demand(self, command: RecordReversal) -> None:
        appointment, receipt = self._aggregate.appointment, command.receipt
        known = self._aggregate.receipts.get(receipt.receipt_id)
        applied = known is not None and known.disposition is Disposition.APPLIED
        if applied or not recordable(appointment, receipt):
            not_permitted(appointment)
        refuse_if(check_numbers(appointment, receipt, command.declaration_numbers), appointment)
