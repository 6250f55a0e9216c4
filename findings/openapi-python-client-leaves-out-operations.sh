#!/usr/bin/env bash
# A generator that cannot express an operation is expected to fail. openapi-python-client leaves out every operation whose
# body is not JSON, a form or octets (text/csv, application/xml), and drops answers such as a PDF from those that it
# writes, so that a successful call of the generated client returns None. It says so in warnings and ends with 0: a build
# goes on with a client that lacks half of the interface. --fail-on-warning makes it an error.
#
# Generates a client from a valid document of four operations. Ends with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openapi-python-client==0.29.1 openapi-spec-validator==0.7.2
cat >document.json <<'JSON'
{"openapi": "3.1.0", "info": {"title": "Appointments", "version": "1"}, "paths": {
  "/one": {"get": {"operationId": "get_one", "responses": {"200": {"description": "it", "content":
    {"application/json": {"schema": {"type": "object", "properties": {"number": {"type": "string"}}}}}}}}},
  "/csv": {"post": {"operationId": "import_csv", "requestBody": {"required": true, "content":
    {"text/csv": {"schema": {"type": "string"}}}}, "responses": {"204": {"description": "done"}}}},
  "/xml": {"post": {"operationId": "send_xml", "requestBody": {"required": true, "content":
    {"application/xml": {"schema": {"type": "string"}}}}, "responses": {"204": {"description": "done"}}}},
  "/pdf": {"get": {"operationId": "get_pdf", "responses": {"200": {"description": "it", "content":
    {"application/pdf": {"schema": {"type": "string", "contentMediaType": "application/pdf"}}}}}}}}}
JSON
venv/bin/python -m openapi_spec_validator document.json
venv/bin/openapi-python-client --version
status=0
venv/bin/openapi-python-client generate --path document.json --output-path client --meta none >log 2>&1 || status=$?
written=$(cd client/api/default && echo [a-z]*.py)
from_pdf=$(grep -c application/pdf client/api/default/get_pdf.py || true)
echo "exit status $status, warnings: $(grep -c '^WARNING' log), operations written: $written"
echo "lines of get_pdf.py that know of a PDF: $from_pdf"
[ "$status: $written: $from_pdf" = "0: get_one.py get_pdf.py: 0" ] || exit 1
echo "the behaviour is as described"
