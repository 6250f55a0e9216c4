"""``python -m api.document FILE`` writes the document of ``/openapi.json``, from which the page's client is made."""

import json
import sys
from pathlib import Path

from api.app import create_app
from runtime.settings import Settings


def write(target: Path) -> None:
    """Touches the file only when the document has changed: what is made from it is then up to date."""
    text = json.dumps(create_app(Settings()).openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if not target.exists() or target.read_text("utf-8") != text:
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
