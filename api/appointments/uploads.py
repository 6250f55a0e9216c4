"""Reader of uploaded forms: counts the bytes while it reads, keeps a large file on disk, and stops at the limit."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from hashlib import file_digest
from typing import Any, NamedTuple

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
#: Most bytes that a form adds to its file: boundaries, the headers of two parts, the longest file name.
ENVELOPE_BYTES = 16 * 1024
#: Most bytes to read and drop after a refusal, so that a client that is still sending gets the answer.
DRAIN_BYTES = 16 * 1024**2
PIECE_BYTES = 64 * 1024


class Upload(NamedTuple):
    """Uploaded file within the limit; ``name`` is tidied."""

    name: str
    purpose: AttachmentPurpose
    sha256: str
    file: Part

    async def read(self) -> bytes:
        """Returns the whole file."""
        await self.file.seek(0)
        return await self.file.read()

    def pieces(self) -> Iterator[bytes]:
        """Yields the file in pieces. Blocks."""
        self.file.file.seek(0)
        yield from iter(lambda: self.file.file.read(PIECE_BYTES), b"")


@asynccontextmanager
async def received_attachment(request: Request, limit: int) -> AsyncIterator[Upload]:
    """Yields the file of a form with its purpose; the file exists as long as the block runs.

    Raises ``Refusal`` when the body is no such form, has no file, or is too large.
    """
    refused = Refusal([too_large(limit)])
    async with _form(request, limit, refused, fields=2) as form:
        yield await _upload(form, limit, refused)


@asynccontextmanager
async def received_file(request: Request, limit: int, refused: Refusal) -> AsyncIterator[Part]:
    """Yields the file of a form that has nothing else. Raises ``refused`` when it is larger than ``limit``."""
    async with _form(request, limit, refused, fields=1) as form:
        if form.get(FIELD) is None:
            raise refusal("field.required", FIELD)
        yield _file(form, limit, refused)


@asynccontextmanager
async def _form(request: Request, limit: int, refused: Refusal, *, fields: int) -> AsyncIterator[FormData]:
    counted = _Counted(request.receive, limit + ENVELOPE_BYTES, refused)
    asked = Request(request.scope, counted)
    try:
        # The parser takes a file part without a name for a field; it is read, so that the answer can name the fault.
        form = await asked.form(max_files=1, max_fields=fields, max_part_size=limit)
    except (Refusal, HTTPException):
        await counted.drain()
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
    """Returns ``field.required`` or ``field.invalid`` for a field of the form, None if it is right."""
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
    """ASGI ``receive`` that raises ``refused`` when the body is longer than the limit."""

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

    async def drain(self) -> None:
        """Reads and drops the rest of the body, up to ``DRAIN_BYTES``."""
        left = DRAIN_BYTES
        while not self._ended and left > 0:
            message = await self._receive()
            left -= len(message.get("body", b""))
            self._ended = not message.get("more_body", False)


def _multipart(properties: dict[str, Any]) -> dict[str, Any]:
    """Returns a multipart body for the OpenAPI document; every one of its fields is required."""
    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


FORM = _multipart(
    {
        FIELD: BINARY | {"description": "PDF"},
        PURPOSE: {"type": "string", "enum": [each.value for each in AttachmentPurpose]},
    }
)

#: The form with a file and nothing else.
FILE_FORM = _multipart({FIELD: BINARY | {"description": "XLSX, CSV"}})
