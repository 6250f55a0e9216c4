"""`make browser-firefox`: the broker's core walk in Firefox ESR, against a system of its own.

Firefox is driven over WebDriver BiDi by `web/firefox/walk.ts`, since Playwright drives only Firefoxes it has built.
"""

import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from tests.e2e.stack import up
from tests.web.bookings import IMPORTER, booking, today

ROOT = Path(__file__).parents[2]
FIREFOX = Path("/usr/bin/firefox-esr")
LIMIT_SECONDS = 300


def main() -> int:
    """Starts a system, walks through it, stops it; the exit code is the walk's."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        with up(Path(folder), "--ephemeral", "--port-base", "0", policy="") as stack, booking(stack.wait_until_ready()):
            start = f"{today() + timedelta(days=6)} 20:00"
            node = Path(sys.executable).with_name("node")
            walk = [str(node), "firefox/walk.ts", str(ready), start, IMPORTER, str(FIREFOX)]
            return subprocess.run(walk, cwd=ROOT / "web", timeout=LIMIT_SECONDS, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
