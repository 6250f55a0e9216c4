"""The one code for several faults."""

from collections.abc import Iterable

from domain.problems.catalogue import CATALOGUE
from domain.problems.kinds import Fault

RULE_STATUS = 422
#: Problems with the status of a rule that are the whole answer and concern no field of the content.
_ALONE = ("idempotency.conflict", "signature.", "import.")


def leading_code(faults: Iterable[Fault]) -> str:
    """Returns the first code that is more than a broken rule, else ``validation.failed``."""
    codes = (each.code for each in faults)
    leading = (code for code in codes if CATALOGUE[code].status != RULE_STATUS or code.startswith(_ALONE))
    return next(leading, "validation.failed")
