"""Content that each act declares, the same in the statement to sign and when the act is executed."""

from collections.abc import Sequence

from api.signing import Declared, SignatureBody
from customs import declared
from signing.canonical import SignedAct


def submission(signature: SignatureBody | None = None) -> Declared:
    """Returns the content of a submit 申报: the application as it is saved."""
    return Declared(SignedAct.SUBMISSION, declared.application, signature)


def cancellation(reason: str | None, signature: SignatureBody | None = None) -> Declared:
    """Returns the content of a cancellation 取消预约."""
    return Declared(SignedAct.CANCELLATION, lambda _: declared.cancellation(reason), signature)


def feedback(numbers: Sequence[str], signature: SignatureBody | None = None) -> Declared:
    """Returns the content of a feedback 通关反馈: the normalised numbers."""
    return Declared(SignedAct.FEEDBACK, lambda _: declared.feedback(tuple(numbers)), signature)


def explanation(text: str | None, attachment_id: str | None, signature: SignatureBody | None = None) -> Declared:
    """Returns the content of an explanation 情况说明."""
    return Declared(SignedAct.EXPLANATION, lambda known: declared.explanation(known, text, attachment_id), signature)
