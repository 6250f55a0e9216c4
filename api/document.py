"""``python -m api.document FILE...`` writes the API's document: ``.json`` as it is, ``.md`` as a page of all calls."""

import json
import sys
from pathlib import Path
from typing import Any

from api.app import create_app
from api.openapi import calls
from runtime.settings import Settings


def write(target: Path, document: dict[str, Any]) -> None:
    """Writes the file if the document has changed; otherwise what is made from it stays up to date."""
    text = calls.page(document) if target.suffix == ".md" else _json(document)
    if not target.exists() or target.read_text("utf-8") != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        write(Path(name), create_app(Settings()).openapi())
