"""A file on its way in: counted while it is read, on disk where it is large, and read no further than it may be."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from hashlib import file_digest
from typing import NamedTuple

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.datastructures import UploadFile as Part
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from api.http.problems import Refusal, refusal, refuse_if
from api.openapi.responses import BINARY
from domain.appointment import AttachmentPurpose
from domain.documents import FIELD, tidy_name, too_large
from domain.problems import Fault

PURPOSE = "purpose"
#: What a form adds to its file: boundaries, the headers of two parts, a file name at its longest.
ENVELOPE_BYTES = 16 * 1024
#: Read and thrown away after a refusal, so that whoever is still sending hears the answer before the line is cut.
FAREWELL_BYTES = 16 * 1024**2
PIECE_BYTES = 64 * 1024


class Upload(NamedTuple):
    """A file of at most the limit; ``name`` as people read it."""

    name: str
    purpose: AttachmentPurpose
    sha256: str
    file: Part

    async def read(self) -> bytes:
        """All of it, for those who must see it whole."""
        await self.file.seek(0)
        return await self.file.read()

    def pieces(self) -> Iterator[bytes]:
        """All of it, a piece at a time; blocks."""
        self.file.file.seek(0)
        yield from iter(lambda: self.file.file.read(PIECE_BYTES), b"")


@asynccontextmanager
async def reading(request: Request, limit: int) -> AsyncIterator[Upload]:
    """The form's file, as long as the block lasts. ``Refusal`` for what is no form, has no file, or is too large."""
    refused = Refusal([too_large(limit)])
    async with _form(request, limit, refused, fields=2) as form:
        yield await _upload(form, limit, refused)


@asynccontextmanager
async def reading_file(request: Request, limit: int, refused: Refusal) -> AsyncIterator[Part]:
    """The one file of a form that has nothing else. ``refused`` for one that is larger than ``limit``."""
    async with _form(request, limit, refused, fields=1) as form:
        if form.get(FIELD) is None:
            raise refusal("field.required", FIELD)
        yield _file(form, limit, refused)


@asynccontextmanager
async def _form(request: Request, limit: int, refused: Refusal, *, fields: int) -> AsyncIterator[FormData]:
    counted = _Counted(request.receive, limit + ENVELOPE_BYTES, refused)
    asked = Request(request.scope, counted)
    try:
        # A file part without a name is a field to the parser; it is read, so that it can be said what is wrong with it.
        form = await asked.form(max_files=1, max_fields=fields, max_part_size=limit)
    except (Refusal, HTTPException):
        await counted.say_farewell()
        raise
    try:
        yield form
    finally:
        await form.close()


async def _upload(form: FormData, limit: int, refused: Refusal) -> Upload:
    purpose = form.get(PURPOSE)
    wrong = (_field_fault(form, FIELD, _is_file), _field_fault(form, PURPOSE, _is_purpose))
    refuse_if(fault for fault in wrong if fault)
    file = _file(form, limit, refused)
    sha256 = await run_in_threadpool(lambda: file_digest(file.file, "sha256").hexdigest())  # type: ignore[arg-type]
    return Upload(tidy_name(file.filename), AttachmentPurpose(str(purpose)), sha256, file)


def _field_fault(form: FormData, name: str, fits: Callable[[object], bool]) -> Fault | None:
    """``field.required`` or ``field.invalid`` for one field of the form."""
    value = form.get(name)
    if value is None:
        return Fault(code="field.required", field=name)
    return None if fits(value) else Fault(code="field.invalid", field=name, facts={"reason": "malformed"})


def _is_file(value: object) -> bool:
    return isinstance(value, Part)


def _is_purpose(value: object) -> bool:
    return isinstance(value, str) and value in set(AttachmentPurpose)


def _file(form: FormData, limit: int, refused: Refusal) -> Part:
    file = form.get(FIELD)
    if not isinstance(file, Part):
        raise refusal("field.invalid", FIELD, reason="malformed")
    if (file.size or 0) > limit:
        raise refused
    return file


class _Counted:
    """A request's messages until its body has more bytes than it may."""

    def __init__(self, receive: Receive, limit: int, refused: Refusal) -> None:
        self._receive = receive
        self._left = limit
        self._refused = refused
        self._ended = False

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        if self._left < 0:
            raise self._refused
        return message

    async def say_farewell(self) -> None:
        """Reads on for a while, and keeps nothing."""
        left = FAREWELL_BYTES
        while not self._ended and left > 0:
            message = await self._receive()
            left -= len(message.get("body", b""))
            self._ended = not message.get("more_body", False)


#: What the document says of the form.
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": [FIELD, PURPOSE],
                    "properties": {
                        FIELD: BINARY | {"description": "PDF"},
                        PURPOSE: {"type": "string", "enum": [each.value for each in AttachmentPurpose]},
                    },
                }
            }
        },
    }
}

#: The same of a form that has a file and nothing else.
FILE_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": [FIELD],
                    "properties": {FIELD: BINARY | {"description": "XLSX, CSV"}},
                }
            }
        },
    }
}
