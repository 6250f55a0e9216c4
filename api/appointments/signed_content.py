"""What each act declares, alike when it is offered for signing and when it is done."""

from collections.abc import Sequence

from api.signing import Declared, SignatureBody
from customs import declared
from signing.canonical import Act


def submission(signature: SignatureBody | None = None) -> Declared:
    """申报: the application as it stands."""
    return Declared(Act.SUBMISSION, declared.application, signature)


def cancellation(reason: str | None, signature: SignatureBody | None = None) -> Declared:
    """取消预约."""
    return Declared(Act.CANCELLATION, lambda _: declared.cancellation(reason), signature)


def feedback(numbers: Sequence[str], signature: SignatureBody | None = None) -> Declared:
    """通关反馈: the numbers, normalised."""
    return Declared(Act.FEEDBACK, lambda _: declared.feedback(tuple(numbers)), signature)


def explanation(text: str | None, attachment_id: str | None, signature: SignatureBody | None = None) -> Declared:
    """情况说明."""
    return Declared(Act.EXPLANATION, lambda known: declared.explanation(known, text, attachment_id), signature)
