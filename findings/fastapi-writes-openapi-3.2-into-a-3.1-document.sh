#!/usr/bin/env bash
# A document that begins with "openapi: 3.1.0" is expected to be one. For a route that streams server-sent events
# (response_class=EventSourceResponse) FastAPI describes the events by `itemSchema`, a word of OpenAPI 3.2, and still
# writes 3.1.0 above it. Validators of 3.1 refuse the whole document for that one route, and with it linters and
# generators of clients that validate first.
#
# Validates the documents of two applications, with and without such a route. Ends with 1 when the behaviour is another
# one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check fastapi==0.165.0 openapi-spec-validator==0.7.2
"$folder/venv/bin/python" - <<'PY'
from collections.abc import AsyncIterable
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.sse import EventSourceResponse
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel


class News(BaseModel):
    number: int


async def news() -> AsyncIterable[News]:
    yield News(number=1)


async def one() -> News:
    return News(number=1)


def faults(app):
    """Returns the version that the document of an application gives itself, and its faults."""
    document = app.openapi()
    return document["openapi"], [fault.message for fault in OpenAPIV31SpecValidator(document).iter_errors()]


print(", ".join(f"{name} {version(name)}" for name in ("fastapi", "openapi-spec-validator")))
plain, streaming = FastAPI(), FastAPI()
plain.get("/news")(one)
streaming.get("/news", response_class=EventSourceResponse)(news)
found = faults(plain), faults(streaming)
for name, (stated, messages) in zip(("an ordinary route", "a route of events"), found, strict=True):
    print(f"{name}: openapi {stated}, faults: {messages}")
(_, none), (stated, some) = found
raise SystemExit(0 if not none and stated.startswith("3.1") and "itemSchema" in str(some) else 1)
PY
echo "the behaviour is as described"
