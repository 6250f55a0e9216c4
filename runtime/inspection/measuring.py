"""Measures each page as a file of its own: its stored bytes, and those of the shared resources that it names."""

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pypdf.generic import IndirectObject, NameObject, NullObject, StreamObject, TextStringObject

from runtime.inspection.verdict import too_complex
from runtime.inspection.walking import MAPS, decoded

#: Objects that pages reach and resources that they may name, added up over all pages.
REACH_BUDGET = 300_000
#: The bytes of a file beside the objects of its page: header, catalog, cross references, trailer.
PAGE_OVERHEAD = 600
#: ``12 0 obj``, ``endobj`` and their line ends around each object, and its row of 20 bytes in the cross references.
FRAME = 37

#: Keys that lead from a page to its neighbours and to shared objects.
_CUT = frozenset({"/Parent", "/P", "/B", "/Dest", "/A", "/Popup"})
#: A name in a content stream, for any operator: of a font, a form, an image, a colour space.
_NAME = re.compile(rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*")

#: More names than any text has.
MAX_NAMES = 20_000

Id = tuple[int, int]
Names = frozenset[str]


class PageSize(NamedTuple):
    """Bytes of a page as a file of its own; of these, those of its fonts, its images and its drawing."""

    size: int
    fonts: int
    images: int
    drawing: int


class _Link(NamedTuple):
    """A reference, with a mark of fonts."""

    to: IndirectObject
    font: bool

    @property
    def id(self) -> Id:
        return self.to.idnum, self.to.generation


class _Looked(NamedTuple):
    """One object: its stored bytes, its references, and the part of a page that it is."""

    size: int
    links: list[_Link]
    part: str = ""


class _PendingValue(NamedTuple):
    value: Any
    map: bool = False
    cut: bool = False
    font: bool = False


class Measure:
    """Measures the pages of one file; each object is read once."""

    def __init__(self, pages: Sequence[Any]) -> None:
        self._ends = frozenset((each.idnum, each.generation) for page in pages if (each := page.indirect_reference))
        self._reach_left = REACH_BUDGET
        self._known = dict[Id, _Looked]()
        self._names = dict[int, Names | None]()

    def page(self, page: Any) -> PageSize:
        """Returns the size of the page as a file of its own, without the other pages."""
        texts = _texts(page)
        own = _look(page, self._used(texts, page))
        sizes, drawing = {"": own.size + FRAME + PAGE_OVERHEAD}, {id(each) for each in texts}
        for link, reached in self._reached(own.links):
            part = "fonts" if link.font else "drawing" if id(link.to.get_object()) in drawing else reached.part
            sizes[part] = sizes.get(part, 0) + reached.size + FRAME
        return PageSize(sum(sizes.values()), *(sizes.get(each, 0) for each in ("fonts", "images", "drawing")))

    def _reached(self, links: list[_Link]) -> Iterator[tuple[_Link, _Looked]]:
        waiting, seen = list(links), set(self._ends)
        while waiting:
            link = waiting.pop()
            if link.id in seen:
                continue
            seen.add(link.id)
            self._spend(1)
            reached = self._at(link)
            yield link, reached
            # The objects below a font are a part of it: the program of its glyphs, or a picture of each.
            waiting += (each._replace(font=True) for each in reached.links) if link.font else reached.links

    def _at(self, link: _Link) -> _Looked:
        if link.id not in self._known:
            value = link.to.get_object()
            used = self._used([value], value) if isinstance(value, StreamObject) and "/Resources" in value else None
            self._known[link.id] = _look(value, used)
        return self._known[link.id]

    def _spend(self, count: int) -> None:
        self._reach_left -= count
        if self._reach_left < 0:
            raise too_complex("limits")

    def _used(self, texts: Sequence[Any], owner: Any) -> Names | None:
        """Returns the names in these texts of the owner, and in forms without resources that they show.

        None when the names cannot be read: then all resources count.
        """
        shown = _value(_value(owner, "/Resources"), "/XObject")
        used, waiting, seen = set[str](), list(texts), set[int]()
        while waiting:
            text = waiting.pop()
            if id(text) in seen:
                continue
            seen.add(id(text))
            names = self._named(text)
            if names is None:
                return None
            self._spend(len(names))
            used |= names
            waiting += (form for each in names if _borrows(form := _value(shown, each)))
        return frozenset(used)

    def _named(self, text: Any) -> Names | None:
        if id(text) not in self._names:
            self._names[id(text)] = _names(text)
        return self._names[id(text)]


def _texts(page: Any) -> list[Any]:
    """Returns the streams that draw the page."""
    contents = _value(page, "/Contents")
    return [each.get_object() for each in list.__iter__(contents)] if isinstance(contents, list) else [contents]


def _borrows(value: Any) -> bool:
    """Returns True for a form that uses the resources of its owner."""
    return isinstance(value, StreamObject) and "/Resources" not in value and _value(value, "/Subtype") == "/Form"


def _names(text: Any) -> Names | None:
    """Returns all names in a text; None for a text that cannot be read, or has too many."""
    if not isinstance(text, StreamObject):
        return frozenset()
    try:
        data = decoded(text)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 a broken stream breaks a decoder in any way there is
        return None
    found = set[bytes]()
    for each in _NAME.finditer(data):
        found.add(each[0])
        if len(found) > MAX_NAMES:
            return None
    return frozenset(NameObject.read_from_stream(io.BytesIO(each + b" "), None) for each in found)


def _look(value: Any, used: Names | None) -> _Looked:
    """Returns the object down to its references, with only those resources that are used."""
    size, links, waiting = _data_length(value), list[_Link](), [_PendingValue(_pruned(value, used))]
    while waiting:
        place = waiting.pop()
        if isinstance(place.value, IndirectObject):
            size += len(f"{place.value.idnum} {place.value.generation} R ")
            links += [] if place.cut else [_Link(place.value, place.font)]
        elif isinstance(place.value, dict):
            size += len("<<  >>") + sum(len(key) + 1 for key in place.value)
            waiting += _inside(place)
        elif isinstance(place.value, list):
            size += len("[  ]")
            waiting += (place._replace(value=each) for each in list.__iter__(place.value))
        else:
            size += _length(place.value)
    return _Looked(size, links, _part(value))


def _pruned(value: Any, used: Names | None) -> Any:
    """Returns the same dictionary with only those resources that are used."""
    resources = _value(value, "/Resources")
    if used is None or not isinstance(resources, dict):
        return value
    maps = {key: each for key in resources if key in MAPS and isinstance(each := _value(resources, key), dict)}
    kept = {key: {name: dict.get(each, name) for name in used if name in each} for key, each in maps.items()}
    return {**dict(dict.items(value)), "/Resources": {**dict(dict.items(resources)), **kept}}


def _part(value: Any) -> str:
    kind = _value(value, "/Subtype") if isinstance(value, StreamObject) else None
    return {"/Image": "images", "/Form": "drawing"}.get(str(kind), "")


def _inside(place: _PendingValue) -> Iterator[_PendingValue]:
    """Returns the values of a dictionary as they are written: references stay references."""
    for key, value in dict.items(place.value):
        is_font = place.font or (not place.map and key == "/Font")
        yield _PendingValue(value, not place.map and key in MAPS, place.cut or (not place.map and key in _CUT), is_font)


def _data_length(value: Any) -> int:
    return len(value._data) + len("stream\n\nendstream\n") if isinstance(value, StreamObject) else 0  # noqa: SLF001


def _length(value: Any) -> int:
    """Returns the bytes of a single value and the blank behind it.

    The notation of a string is not known any more: it counts in letters, where any other byte takes four, or in
    hexadecimal digits, whichever is shorter.
    """
    if isinstance(value, bytes):
        return 2 * len(value) + 3
    if isinstance(value, TextStringObject):
        written = io.BytesIO()
        value.write_to_stream(written)
        return min(written.tell(), 2 * len(value.original_bytes) + 2) + 1
    if value is None or isinstance(value, NullObject):
        return 5
    return len(str(value)) + 1


def _value(owner: Any, key: str) -> Any:
    return owner[key] if isinstance(owner, dict) and key in owner else None
