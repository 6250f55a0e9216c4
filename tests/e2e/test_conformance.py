"""What the OpenAPI document says, the door does: schemathesis asks every route, under the key that opens it."""

import os
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.stack import Up, up

#: ``make conformance`` tries every value that the document allows or forbids, one by one, which takes minutes.
IS_WHOLE = os.environ.get("CONFORMANCE") == "whole"
PHASES = ("examples", "coverage", "fuzzing", "stateful") if IS_WHOLE else ("examples", "fuzzing", "stateful")
EXAMPLES, SECONDS = (20, 1_800) if IS_WHOLE else (5, 570)

SCHEMATHESIS = Path(sysconfig.get_path("scripts")) / "schemathesis"

#: A rule may refuse what the schema allows (422), a version may be stale or missing (412, 428), the server crowded;
#: a body over the limit is refused before anybody looks at its schema (413).
CONFIG = """
[checks]
positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 412, 422, 428, 429, 503]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429, 503]
"""
#: They have no end to wait for; ``test_watching`` listens to the first, and both are one.
STREAMS = ("/api/v1/appointments/events", "/ops/v1/events")
KEYS = {"^/api/v1/": "general", "^/ops/v1/": "operator", "^/customs/v1/": "customs"}


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Up]:
    """A stack of its own: it gets anything that the document allows, enterprises and calendars too."""
    with up(tmp_path, "--ephemeral", "--port-base", "0") as running:
        yield running.wait_until_ready()


def _config(stack: Up) -> str:
    keys = stack.ready["keys"]
    operations = (
        f'[[operations]]\ninclude-path-regex = "{path}"\nheaders = {{ Authorization = "Bearer {keys[name]}" }}\n'
        for path, name in KEYS.items()
    )
    return CONFIG + "".join(operations)


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 30)
def test_every_route_does_what_its_document_says(own_stack: Up, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(_config(own_stack))
    document = f"{own_stack.ready['api']}/openapi.json"
    options = ["--checks", "all", "--max-examples", str(EXAMPLES), "--seed", "1", "--suppress-health-check", "all"]
    options += ["--phases", ",".join(PHASES)]
    options += [each for path in STREAMS for each in ("--exclude-path", path)]
    run = subprocess.run(
        [SCHEMATHESIS, "run", document, *options, "--continue-on-failure", "--no-shrink"],
        cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert run.returncode == 0, "\n".join(line[:400] for line in run.stdout.splitlines()[-200:])
    assert "Tested:" in run.stdout
