"""`python -m tests.e2e.bruno` runs the Bruno collection of ``clients/bruno`` against a stack of its own."""

import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from uuid import uuid4

from tests.architecture.source import ROOT
from tests.e2e.stack import Up, up
from tests.web.bookings import IMPORTER, booking

COLLECTION = ROOT / "clients" / "bruno"
SCRIPTS = Path(sysconfig.get_path("scripts"))


def main() -> int:
    """Returns the exit code of Bruno's command."""
    with (
        tempfile.TemporaryDirectory() as folder,
        up(Path(folder), "--ephemeral", "--port-base", "0", policy="") as stack,
    ):
        stack.wait_until_ready()
        with booking(stack) as desk:
            return run(stack, desk.window().isoformat())


def run(stack: Up, window_start: str) -> int:
    given = {
        "api": stack.ready["api"],
        "key": stack.ready["keys"]["general"],
        "consignee": IMPORTER,
        "window_start": window_start,
        "client_no": f"SO-{uuid4().hex[:8]}",
    }
    variables = [text for name, value in given.items() for text in ("--env-var", f"{name}={value}")]
    command = [str(COLLECTION / "node_modules" / ".bin" / "bru"), "run", "--env", "local", *variables]
    environment = os.environ | {"PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(command, cwd=COLLECTION, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
