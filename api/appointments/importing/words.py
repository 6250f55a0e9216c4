"""Words that people write into cells, and the codes that they mean."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from domain.appointment import Direction, ReasonCategory
from domain.codes import TRANSPORT_MODES
from domain.problems.kinds import Text

DIRECTIONS = {Direction.IMPORT: Text("进口", "import"), Direction.EXPORT: Text("出口", "export")}
CATEGORIES = {
    ReasonCategory.RELIEF_OR_DANGEROUS: Text("救灾或危险货物", "Relief or dangerous goods"),
    ReasonCategory.PERISHABLE: Text("鲜活易腐等不宜久存货物", "Live, fresh or perishable goods"),
    ReasonCategory.OTHER_URGENT: Text("其他紧急情况", "Another urgency"),
}
_SHORT = {
    "5": ("航空", "空运"),
    "2": ("水路", "海运", "水运"),
    "4": ("公路", "陆运"),
    "3": ("铁路",),
    "6": ("邮件",),
    "I": ("进",),
    "E": ("出",),
    "relief_or_dangerous": ("救灾", "危险", "危险货物", "救灾货物"),
    "perishable": ("鲜活", "易腐", "鲜活易腐"),
    "other_urgent": ("其他", "紧急", "其他紧急"),
}
_PUNCTUATION = re.compile(r"[\W_]+")
_PORT = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")
_OFFICE = re.compile("(海关|口岸)$")


def folded(text: str) -> str:
    """Returns the text without punctuation, blanks, and differences of width and case.

    ``航空运输（5）`` and ``航空运输 5`` give the same.
    """
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text)).casefold()


def meanings(labels: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Returns folded word → code, for the code, each label, both in either order, and the usual short words."""
    return {folded(word): code for code, label in labels.items() for word in _words(str(code), label)}


def _words(code: str, label: tuple[str, str]) -> Iterator[str]:
    yield code
    yield from _SHORT.get(code, ())
    for each in label:
        yield from (each, f"{code}{each}", f"{each}{code}")


MODES = meanings(TRANSPORT_MODES)
DIRECTION_WORDS = meanings({each.value: label for each, label in DIRECTIONS.items()})
CATEGORY_WORDS = meanings({each.value: label for each, label in CATEGORIES.items()})


def port_code(text: str, names: Mapping[str, str]) -> str | None:
    """Returns the code in ``2233``, ``浦东机场(2233)`` or ``浦东机场海关``, else None; ``names`` are folded."""
    written = _PORT.search(unicodedata.normalize("NFKC", text))
    return written[0] if written else names.get(port_name(text))


def port_name(text: str) -> str:
    """Returns the folded name of a port without 海关 or 口岸 at its end."""
    return _OFFICE.sub("", folded(text))
