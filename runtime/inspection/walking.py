"""The walk through the objects of a PDF: each once, never deeper than a list grows, never more than a budget.

It refuses what could act when the file is opened, adds up what each page holds, and opens compressed texts just far
enough to see that they are no bombs. Images are never decoded.
"""

import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from pypdf import overwrite_configuration
from pypdf.errors import LimitReachedError
from pypdf.filters import decode_stream_data
from pypdf.generic import IndirectObject, NullObject, StreamObject, TextStringObject

from runtime.inspection.active import refuse_active
from runtime.inspection.verdict import too_complex

#: Containers looked into, all in all; and objects that pages reach, added up over all pages.
WALK_BUDGET, REACH_BUDGET = 200_000, 300_000
#: What a page has beside its objects once it is a file of its own: header, catalog, cross references, trailer.
PAGE_OVERHEAD = 600
#: `` 0 obj``, ``endobj`` and their line ends around each object.
FRAME = 20

#: No producer of documents chains more; each link multiplies what a bomb can hold.
MAX_FILTERS = 4
#: What a compressed text, font or form may grow to: far more than any page of 200 KB needs.
MAX_DECODED = 16_000_000

#: These lead from a page to its neighbours and to what all pages share.
_CUT = frozenset({"/Parent", "/P", "/B", "/Dest", "/A", "/Popup"})
#: Here the keys are names somebody chose; they mean nothing.
_MAPS = frozenset({"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties"}) | {
    *("/CharProcs", "/RoleMap", "/ClassMap", "/Colorants", "/Dests"),
}
_IMAGE_FILTERS = frozenset({"/DCTDecode", "/DCT", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "/CCF"})

Id = tuple[int, int]


class Link(NamedTuple):
    """A reference: where it leads, whether to a map of chosen names, away from the page, or to a font."""

    to: IndirectObject
    map: bool
    cut: bool
    font: bool

    @property
    def id(self) -> Id:
        """The object's number and generation."""
        return self.to.idnum, self.to.generation


class Looked(NamedTuple):
    """One object: its stored bytes, where it leads, and whether it is an image."""

    size: int
    links: list[Link]
    image: bool = False


class PageSize(NamedTuple):
    """Bytes of a page as a file of its own; of these, what its fonts and its images are."""

    size: int
    fonts: int
    images: int


class _Place(NamedTuple):
    value: Any
    map: bool
    cut: bool
    font: bool = False


class Walk:
    """One file's walk; what was looked at once is remembered."""

    def __init__(self) -> None:
        self._left = WALK_BUDGET
        self._reach_left = REACH_BUDGET
        self._known: dict[tuple[Id, bool], Looked] = {}

    def everything(self, trailer: Any) -> None:
        """Visits all that hangs on the trailer. Raises ``Refused``."""
        waiting = list(self._look(trailer, is_map=False).links)
        seen = set[tuple[Id, bool]]()
        while waiting:
            link = waiting.pop()
            if (link.id, link.map) not in seen:
                seen.add((link.id, link.map))
                waiting += self._at(link).links

    def page_size(self, page: Any, pages: frozenset[Id]) -> PageSize:
        """What the page has as a file of its own; ``pages`` are the ids of all pages, where it ends."""
        own = self._look(page, is_map=False)
        size, fonts, images = own.size + FRAME, 0, 0
        waiting, seen = list(own.links), set[Id]()
        while waiting:
            link = waiting.pop()
            if link.cut or link.id in seen or link.id in pages:
                continue
            seen.add(link.id)
            self._reach_left -= 1
            if self._reach_left < 0:
                raise too_complex("limits")
            reached = self._at(link)
            size += reached.size + FRAME
            fonts += reached.size + FRAME if link.font else 0
            images += reached.size + FRAME if reached.image and not link.font else 0
            # What a font leads to is a part of it: the program of its glyphs, or a picture of each.
            waiting += (each._replace(font=True) for each in reached.links) if link.font else reached.links
        return PageSize(size + PAGE_OVERHEAD, fonts, images)

    def _at(self, link: Link) -> Looked:
        key = (link.id, link.map)
        if key not in self._known:
            self._known[key] = self._look(link.to.get_object(), is_map=link.map)
        return self._known[key]

    def _look(self, value: Any, *, is_map: bool) -> Looked:
        """The object down to its references, with everything that stands in it directly."""
        size, links, waiting = 0, list[Link](), [_Place(value, is_map, cut=False)]
        while waiting:
            place = waiting.pop()
            if isinstance(place.value, IndirectObject):
                size += len(f"{place.value.idnum} {place.value.generation} R ")
                links.append(Link(place.value, place.map, place.cut, place.font))
            elif isinstance(place.value, dict | list):
                self._spend()
                size += self._container(place.value, is_map=place.map)
                waiting += _inside(place)
            else:
                size += _length(place.value)
        return Looked(size, links, isinstance(value, StreamObject) and value.get("/Subtype") == "/Image")

    def _container(self, value: Any, *, is_map: bool) -> int:
        """Bytes of the brackets and keys, and of a stream's data."""
        if isinstance(value, list):
            return 2
        if not is_map:
            refuse_active(value)
        if not isinstance(value, StreamObject):
            return 4 + sum(len(key) + 1 for key in value)
        _demand_modest(value)
        return 4 + sum(len(key) + 1 for key in value) + len(value._data) + len("stream\n\nendstream\n")  # noqa: SLF001

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise too_complex("limits")


def _inside(place: _Place) -> Iterator[_Place]:
    """What stands in a container, as it is written: references stay references."""
    if isinstance(place.value, list):
        yield from (_Place(each, place.map, place.cut, place.font) for each in list.__iter__(place.value))
        return
    for key, value in dict.items(place.value):
        is_font = place.font or (not place.map and key == "/Font")
        yield _Place(value, not place.map and key in _MAPS, place.cut or key in _CUT, is_font)


def _length(value: Any) -> int:
    """Bytes of a single value and the blank behind it; how a string was written is not known any more.

    So it counts as it is written when the page is split out, where a byte that is no letter takes four.
    """
    if isinstance(value, bytes):
        return 2 * len(value) + 3
    if isinstance(value, TextStringObject):
        written = io.BytesIO()
        value.write_to_stream(written)
        return written.tell() + 1
    if value is None or isinstance(value, NullObject):
        return 5
    return len(str(value)) + 1


def _demand_modest(stream: StreamObject) -> None:
    """Refuses a chain of filters that nobody needs, and what grows out of all proportion."""
    filters = _filters(stream)
    if len(filters) > MAX_FILTERS:
        raise too_complex("filters")
    if not filters or stream.get("/Subtype") == "/Image" or _IMAGE_FILTERS.intersection(filters):
        return
    overwrite_configuration(zlib_maximum_output_length=MAX_DECODED)
    try:
        decode_stream_data(stream)
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
