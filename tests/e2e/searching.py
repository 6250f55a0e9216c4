"""Looking for what must not stand anywhere in clear, in every form in which it might."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote


def forms(value: str) -> Iterator[bytes]:
    """The value as bytes: UTF-8, UTF-16, JSON and URL escapes, hexadecimal, Base64 wherever it begins."""
    utf8 = value.encode()
    yield from (utf8, value.encode("utf-16-le"), value.encode("utf-16-be"), quote(value).encode())
    escaped = json.dumps(value)[1:-1]
    yield from (escaped.encode(), escaped.encode("utf-16-le"), *encodings(utf8))


def encodings(raw: bytes) -> Iterator[bytes]:
    """The bytes themselves, in hexadecimal, in Base64 wherever it begins."""
    yield from (raw, raw.hex().encode(), raw.hex().upper().encode())
    for shift in range(3):
        # The bytes before decide the first character, those behind the last ones: only the middle is certain.
        encoded = base64.b64encode(b"\0" * shift + raw)
        certain = encoded[4 if shift else 0 : (shift + len(raw)) // 3 * 4]
        yield from {certain, certain.replace(b"+", b"-").replace(b"/", b"_")}


def found(values: Iterable[str], texts: Iterable[tuple[str, bytes]]) -> set[tuple[str, str]]:
    """``(value, where)`` for everything that stands somewhere in one of its forms."""
    wanted = [(value, set(forms(value))) for value in values]
    return {
        (value, where)
        for where, text in texts
        for value, shapes in wanted
        if any(len(shape) >= 8 and shape in text for shape in shapes)
    }


def files(folder: Path, *, but: tuple[str, ...] = ()) -> Iterator[tuple[str, bytes]]:
    """Every file below the folder, raw, apart from those whose name, or whose folder's name, begins as given."""
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(but) for part in place.parts):
            yield str(place), path.read_bytes()


def stands_in(pin: str, text: bytes) -> bool:
    """Returns True if the text has it as a number of its own: longer numbers contain eight digits by chance."""
    return re.search(rb"(?<![0-9])%s(?![0-9])" % pin.encode(), text) is not None
