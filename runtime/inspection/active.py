"""Refuses parts of a PDF that could act by themselves when it is opened, or that carry other files."""

from collections.abc import Mapping
from typing import Any

from pypdf.generic import IndirectObject, NullObject, StreamObject

from runtime.inspection.verdict import DocumentRefused

#: Keys that are refused when they have any value.
KEYS = frozenset(
    {"/JS", "/JavaScript", "/AA", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
    # The document from which LibreOffice made the PDF, named by the trailer.
    | {"/AdditionalStreams"}
)
#: Kinds of action. A link within the file or to a web page (``/GoTo``, ``/URI``, ``/Named``) acts only when clicked.
ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition"}) | {
    *("/Movie", "/Sound", "/RichMediaExecute"),
}
#: Kinds of annotation.
SUBTYPES = frozenset({"/RichMedia", "/Screen", "/Movie", "/Sound", "/3D", "/FileAttachment"})


def refuse_active(found: Mapping[str, Any]) -> None:
    """Raises ``DocumentRefused`` for a dictionary with one of these keys, actions or annotations.

    Ordinary producers write ``/OpenAction`` with a place to show, so that a file opens on its first page; any other
    is refused. Empty name trees, which editors leave behind, are allowed.
    """
    for key in KEYS.intersection(found):
        if not _is_empty(found[key]):
            raise DocumentRefused("active_content", found=key)
    if not _only_shows_a_place(_value(found, "/OpenAction")):
        raise DocumentRefused("active_content", found="/OpenAction")
    for key, forbidden in (("/S", ACTIONS), ("/Subtype", SUBTYPES)):
        kind = _value(found, key)
        if isinstance(kind, str) and kind in forbidden:
            raise DocumentRefused("active_content", found=str(kind))


def refuse_foreign(stream: StreamObject) -> None:
    """Raises ``DocumentRefused`` for a stream whose data, or the page that it shows, is in another file.

    pypdf and pdf.js read this file only; other readers may not.
    """
    for key in ("/F", "/Ref"):
        if not _is_bare(dict.get(stream, key)):
            raise DocumentRefused("active_content", found=key)


def _only_shows_a_place(action: Any) -> bool:
    if isinstance(action, dict):
        return _value(action, "/S") == "/GoTo" and _is_empty(_value(action, "/Next"))
    return action is None or isinstance(action, list | str | bytes | NullObject)


def _is_empty(value: Any) -> bool:
    """Returns True for nothing, and for a tree without a leaf."""
    value = _resolved(value)
    if isinstance(value, dict) and not isinstance(value, StreamObject):
        return all(_is_bare(each) for each in dict.values(value))
    return _is_bare(value)


def _is_bare(value: Any) -> bool:
    value = _resolved(value)
    return value is None or isinstance(value, NullObject) or (isinstance(value, list) and not len(value))


def _value(found: Mapping[str, Any], key: str) -> Any:
    return _resolved(dict.get(found, key))  # type: ignore[call-overload]


def _resolved(value: Any) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value
