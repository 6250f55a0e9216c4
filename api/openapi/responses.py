"""Answers that single routes add to the document: problems, files, unchanged contents."""

from typing import Any

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
#: For routes that a state may forbid, though they send no command to an appointment.
NOT_PERMITTED: dict[int | str, dict[str, Any]] = {
    409: {"description": "当前状态不允许 Not permitted in this state", "content": PROBLEM}
}
#: For routes whose answer has an ETag.
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "未变 Not modified"}}
#: For routes without a key that may not find what the address names.
NOBODYS: dict[int | str, dict[str, Any]] = {404: {"description": "未找到 Not found", "content": PROBLEM}}
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
CALENDAR = "text/calendar"
#: The schema of bytes that generators know; they take ``contentMediaType``, the keyword of 3.1, for a text.
BINARY = {"type": "string", "format": "binary"}


def answers_file(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """Returns the ``responses`` of a route that answers with a file of one of these media types."""
    content = {kind: {"schema": {"type": "string"} if kind.startswith("text/") else BINARY} for kind in kinds}
    return {200: {"description": "文件 The file", "content": content}}
