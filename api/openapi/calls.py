"""docs/api.md: every call of the API by its tag. Generated from the document, never edited."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

_HEAD = """# HTTP 接口 · The calls of the HTTP API

Generated from the document at `/openapi.json` by `make docs`; edits here are overwritten and fail the build.

Parameters, bodies and answers are in that document (OpenAPI 3.1) and on the page `/docs`; what an error says, in
[problems.md](problems.md). An ERP sends `Authorization: Bearer KEY`. A command that is repeated with its
`Idempotency-Key` has one effect and the same answer.

For Python there is a package, made by `make client-python` ([README](../clients/python/README.md)). An ERP that
exchanges files uses the box of [imports.md](imports.md). Other clients can be generated. CI does so, with
openapi-python-client and openapi-typescript, and books an appointment with each: `tests/e2e/clients/booking.py`,
`web/clients/booking.ts`. openapi-python-client needs a setting that PDF, XLSX and XML are bytes:
`clients/python/generator.yaml`. For calls by hand there is a Bruno collection:
[`clients/bruno`](../clients/bruno/README.md).
"""
_TABLE = "\n| 调用 call | operation id | |\n| --- | --- | --- |\n"


def page(document: dict[str, Any]) -> str:
    """Returns the text of the page."""
    return _HEAD + "".join(_section(document, tag) for tag in document["tags"])


def _section(document: dict[str, Any], tag: dict[str, str]) -> str:
    calls = sorted(_calls(document), key=itemgetter(1))
    rows = (_row(*call) for call in calls if tag["name"] in call[2]["tags"])
    return f"\n## {tag['x-displayName']} · {tag['name']}\n{_TABLE}" + "".join(rows)


def _calls(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        yield from ((method.upper(), path, operation) for method, operation in item.items())


def _row(method: str, path: str, operation: dict[str, Any]) -> str:
    return f"| `{method} {path}` | `{operation['operationId']}` | {_first_line(operation)} |\n"


def _first_line(operation: dict[str, Any]) -> str:
    paragraph = str(operation["description"]).partition("\n\n")[0]
    return " ".join(paragraph.split()).replace("``", "`").replace("|", "\\|")
