"""Makes the Python client: ``build.py DOCUMENT GENERATOR FOLDER`` writes the package into the folder.

Calls and models are generated from the API's document each time, so they cannot differ from it; ``src`` is the layer on
top that is written by hand. The calls of operators are left out.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PACKAGE = "yuyue_client"
LEFT_OUT = "/ops/"


def build(document: Path, generator: Path, folder: Path) -> None:
    """Writes package, ``pyproject.toml`` and README into the folder; a warning of the generator is an error."""
    folder.mkdir(parents=True, exist_ok=True)
    own = folder / "openapi.json"
    own.write_text(json.dumps(public(json.loads(document.read_text("utf-8")))), "utf-8")
    config = ["--config", str(HERE / "generator.yaml"), "--meta", "none", "--fail-on-warning", "--overwrite"]
    command = [str(generator), "generate", "--path", str(own), "--output-path", str(folder / PACKAGE), *config]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    for source in (HERE / "src" / PACKAGE).glob("*.py"):
        shutil.copy(source, folder / PACKAGE / source.name)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(HERE / name, folder / name)


def public(document: dict[str, Any]) -> dict[str, Any]:
    """Returns the document without the calls of operators, and without the schemas that only these use."""
    paths = {path: calls for path, calls in document["paths"].items() if not path.startswith(LEFT_OUT)}
    kept = {**document, "paths": paths}
    schemas: dict[str, Any] = document["components"]["schemas"]
    needed = _referred(paths)
    while more := {name for used in needed for name in _referred(schemas[used])} - needed:
        needed |= more
    used = {name: schema for name, schema in schemas.items() if name in needed}
    return {**kept, "components": {**document["components"], "schemas": used}}


def _referred(part: Any) -> set[str]:
    """Returns the names of the schemas that a part of the document refers to."""
    if isinstance(part, list):
        return set().union(*map(_referred, part)) if part else set()
    if not isinstance(part, dict):
        return set()
    own = str(part.get("$ref", ""))
    found = {own.rpartition("/")[2]} if own.startswith("#/components/schemas/") else set()
    mapping = part.get("mapping")  # of a discriminator
    values = (
        [*part.values(), *({"$ref": target} for target in mapping.values() if isinstance(target, str))]
        if (isinstance(mapping, dict))
        else list(part.values())
    )
    return found.union(*map(_referred, values))


if __name__ == "__main__":
    build(*map(Path, sys.argv[1:]))
