"""Walks through the objects of a PDF, each once, without recursion and within a budget.

It refuses active parts, and unpacks compressed texts just far enough to see that they are no
bombs. Images are never decoded.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto
from typing import Any, NamedTuple

from pypdf import overwrite_configuration
from pypdf.errors import LimitReachedError
from pypdf.filters import decode_stream_data
from pypdf.generic import IndirectObject, NullObject, StreamObject

from runtime.inspection.active import refuse_active, refuse_foreign
from runtime.inspection.verdict import DocumentRefused, too_complex

#: The most containers in a file.
WALK_BUDGET = 200_000

#: No producer of documents chains more filters; each one multiplies the size of a bomb.
MAX_FILTERS = 4
#: The most bytes of an unpacked text, font or form: far more than any page of 200 KB needs.
MAX_DECODED = 16_000_000

#: Keys of dictionaries whose own keys are free names without a meaning.
MAPS = frozenset({"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties"}) | {
    *("/CharProcs", "/RoleMap", "/RoleMapNS", "/ClassMap", "/Colorants", "/Dests", "/Info", "/PieceInfo"),
}
#: The appearances of an annotation: at rest, under the mouse and pressed.
_APPEARANCES = frozenset({"/N", "/R", "/D"})
_IMAGE_FILTERS = frozenset({"/DCTDecode", "/DCT", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "/CCF"})


class ObjectKind(Enum):
    """Kinds of dictionaries, by the meaning of their keys."""

    PLAIN = auto()
    #: Free names.
    MAP = auto()
    #: ``/N``, ``/R`` and ``/D``: an appearance, or a map of the states of a check box, which have free names.
    APPEARANCES = auto()


class _Visit(NamedTuple):
    value: Any
    kind: ObjectKind


class Walk:
    """The walk through one file; ``generations`` has that of every object in use."""

    def __init__(self, generations: Mapping[int, int]) -> None:
        self._generations = generations
        self._left = WALK_BUDGET

    def everything(self, *tops: Any) -> None:
        """Visits every object below these. Raises ``DocumentRefused``."""
        waiting, seen = [_Visit(top, ObjectKind.PLAIN) for top in tops], set[tuple[int, ObjectKind]]()
        while waiting:
            place = waiting.pop()
            if isinstance(place.value, IndirectObject):
                key = (place.value.idnum, place.kind)
                if key not in seen:
                    seen.add(key)
                    waiting.append(_Visit(self._resolved(place.value), place.kind))
            elif isinstance(place.value, dict | list):
                self._spend()
                self._judge(place)
                waiting += _inside(place)

    def _resolved(self, reference: IndirectObject) -> Any:
        """Returns the object. A wrong generation is refused: some readers go by the number alone, others do not."""
        if self._generations.get(reference.idnum, reference.generation) != reference.generation:
            raise DocumentRefused("ambiguous", found=f"{reference.idnum} {reference.generation} R")
        return reference.get_object()

    def _judge(self, place: _Visit) -> None:
        if isinstance(place.value, StreamObject):
            refuse_active(place.value)
            refuse_foreign(place.value)
            _demand_modest(place.value)
        elif isinstance(place.value, dict) and place.kind is not ObjectKind.MAP:
            refuse_active(place.value)

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise too_complex("limits")


def _inside(place: _Visit) -> Iterator[_Visit]:
    """Returns the containers and references in a container; references stay references."""
    if isinstance(place.value, list):
        pairs: Iterable[tuple[ObjectKind, Any]] = ((ObjectKind.PLAIN, each) for each in list.__iter__(place.value))
    else:
        kind = ObjectKind.PLAIN if isinstance(place.value, StreamObject) else place.kind
        pairs = ((_kind(kind, key), each) for key, each in dict.items(place.value))
    yield from (_Visit(each, kind) for kind, each in pairs if isinstance(each, IndirectObject | dict | list))


def _kind(around: ObjectKind, key: str) -> ObjectKind:
    """Returns the kind of the value at this key of a dictionary of the kind ``around``."""
    if around is ObjectKind.MAP:
        return ObjectKind.PLAIN
    if key in (_APPEARANCES if around is ObjectKind.APPEARANCES else MAPS):
        return ObjectKind.MAP
    return ObjectKind.APPEARANCES if key == "/AP" else ObjectKind.PLAIN


def decoded(stream: StreamObject) -> bytes:
    """Returns the stream's data, unpacked; at most ``MAX_DECODED`` bytes of it. Raises the errors of pypdf."""
    if not _filters(stream):
        return stream._data  # noqa: SLF001 pypdf fails to decode what is not encoded
    overwrite_configuration(zlib_maximum_output_length=MAX_DECODED)
    return decode_stream_data(stream)


def _demand_modest(stream: StreamObject) -> None:
    """Refuses a chain of filters that no producer writes, and data that unpack beyond the limit."""
    filters = _filters(stream)
    if len(filters) > MAX_FILTERS:
        raise too_complex("filters")
    if not filters or stream.get("/Subtype") == "/Image" or _IMAGE_FILTERS.intersection(filters):
        return
    try:
        decoded(stream)
    except LimitReachedError:
        raise too_complex("bomb") from None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001, S110 a damaged font or text is the reader's to forgive: no other page suffers
        pass


def _filters(stream: StreamObject) -> list[str]:
    named = stream.get("/Filter")
    named = named.get_object() if isinstance(named, IndirectObject) else named
    if named is None or isinstance(named, NullObject):
        return []
    return [str(each.get_object()) for each in list.__iter__(named)] if isinstance(named, list) else [str(named)]
