"""Records receipts that contradict the state, for operators."""

from domain.carried import ReceiptAnswer
from domain.receipt import RECORDED, Disposition
from domain.reversal import check_numbers, recordable
from workflows import receipts
from workflows.command_handler import CommandHandler
from workflows.contracts import RecordReversal
from workflows.refusals import not_permitted, refuse_if


class Reversals:
    """Records each receipt once, if it still contradicts the state."""

    def __init__(self, handler: CommandHandler) -> None:
        self._handler = handler
        self._aggregate = handler.aggregate

    def may_record(self, command: RecordReversal) -> None:
        """Refuses a receipt that contradicts nothing, and numbers that do not fit."""
        self._handler.validate(command)
        if not self._handler.is_settled(command):
            self._require_contradiction(command)

    async def record(self, command: RecordReversal) -> None:
        """Records the receipt. It checks again, as another operator may have been first."""
        self._require_contradiction(command)
        self._handler.apply(receipts.recorded(self._aggregate.appointment, command))
        self._aggregate.numbers_freed()
        self._aggregate.remember(command)
        applied = ReceiptAnswer(disposition=Disposition.APPLIED, reason=RECORDED, body_hash=command.body_hash)
        self._aggregate.receipts[command.receipt.receipt_id] = applied

    def _require_contradiction(self, command: RecordReversal) -> None:
        appointment, receipt = self._aggregate.appointment, command.receipt
        known = self._aggregate.receipts.get(receipt.receipt_id)
        applied = known is not None and known.disposition is Disposition.APPLIED
        if applied or not recordable(appointment, receipt):
            not_permitted(appointment)
        refuse_if(check_numbers(appointment, receipt, command.declaration_numbers), appointment)
