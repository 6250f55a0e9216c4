#!/usr/bin/env bash
# FastAPI describes `body: Note | None = None` as a body that is not required and may be null. The client that
# openapi-python-client generates for it has UNSET as the default of `body` and hands just that to httpx as JSON: calling
# the function as its signature invites to, without a body, is a TypeError before anything is sent. Described as
# `Note` alone and not required, the same body can be left out.
#
# Generates both clients and builds the arguments of the call. Ends with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check fastapi==0.165.0 openapi-python-client==0.29.1
venv/bin/python - <<'PY'
import json

import fastapi
from pydantic import BaseModel


class Note(BaseModel):
    text: str = ""


app = fastapi.FastAPI()


@app.post("/notes", operation_id="add_note", tags=["notes"])
def add_note(body: Note | None = None) -> Note:
    return body or Note()


document = app.openapi()
json.dump(document, open("nullable.json", "w"))
media = document["paths"]["/notes"]["post"]["requestBody"]["content"]["application/json"]
print(f"fastapi {fastapi.__version__} describes", media["schema"])
media["schema"] = {"$ref": "#/components/schemas/Note"}
json.dump(document, open("plain.json", "w"))
PY
echo "post_hooks: []" >config.yaml
for kind in nullable plain; do
	venv/bin/openapi-python-client generate --path $kind.json --meta none --output-path $kind --config config.yaml >/dev/null
done
venv/bin/python - <<'PY'
from importlib import import_module
from importlib.metadata import version

import httpx


def can_leave_out(kind):
    arguments = import_module(f"{kind}.api.notes.add_note")._get_kwargs()
    try:
        httpx.Client(base_url="http://127.0.0.1").build_request(**arguments)
    except TypeError as error:
        print(f"{kind}: {error}")
        return False
    print(f"{kind}: the body is left out")
    return True


print("openapi-python-client", version("openapi-python-client"))
raise SystemExit(0 if [can_leave_out("nullable"), can_leave_out("plain")] == [False, True] else 1)
PY
echo "the behaviour is as described"
