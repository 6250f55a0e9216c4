#!/usr/bin/env bash
# A field `Field(pattern=r"^\d{10}$")` publishes that pattern in the API's document, and client and server should agree. In
# ECMAScript, which JSON Schema names, \d is 0 to 9. In the Rust engine of pydantic it is every decimal digit of Unicode, so
# the server takes a tariff code typed in the full-width digits of a Chinese input method and stores it as it came; its
# own document, checked by ajv, calls the same body invalid. A look-up by text then finds nothing, because the two
# spellings of one code do not compare equal. [0-9] means the same everywhere.
#
# Validates one value by a model and by the schema that the model publishes. Needs Node.js 20 with npm. Ends with 1 when
# the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund ajv@8.17.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pydantic==2.14.3
venv/bin/python - <<'PY'
import json
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError
from pydantic.version import VERSION


class Goods(BaseModel):
    escaped: Annotated[str, Field(pattern=r"^\d{10}$")]
    spelled: Annotated[str, Field(pattern=r"^[0-9]{10}$")]


body = {"escaped": "３０１９９９５９００", "spelled": "３０１９９９５９００"}
json.dump({"schema": Goods.model_json_schema(), "body": body}, open("case.json", "w"))
try:
    Goods.model_validate(body)
    refused = []
except ValidationError as error:
    refused = [str(fault["loc"][0]) for fault in error.errors()]
print(f"pydantic {VERSION} refuses", refused)
raise SystemExit(0 if refused == ["spelled"] else 1)
PY
cat >check.mjs <<'JS'
import { readFileSync } from 'node:fs'
import Ajv from 'ajv/dist/2020.js'

const { version } = JSON.parse(readFileSync('node_modules/ajv/package.json'))
const { schema, body } = JSON.parse(readFileSync('case.json'))
const validate = new Ajv.default({ allErrors: true }).compile(schema)
validate(body)
const refused = (validate.errors ?? []).map((fault) => fault.instancePath.slice(1))
console.log(`ajv ${version} refuses`, refused)
process.exit(refused.join() === 'escaped,spelled' ? 0 : 1)
JS
node check.mjs
echo "the behaviour is as described"
