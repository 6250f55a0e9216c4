"""Files that ``make web`` has built: where they are, and which file answers a request."""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path

#: Next to the code, where ``make web`` puts it, or else where an installed package has it.
PLACES = (Path(__file__).parents[2] / "web" / "dist", Path(sys.prefix) / "share" / "yuyue" / "web")

INDEX = "index.html"
#: List of all paths of the page's own router, written by the build.
PAGES = "pages.json"
#: Files in this folder have a hash in their name, so a name always has the same content.
ASSETS = "assets"

_SAFE = re.compile(r"[\w-]+(\.[\w-]+)+", re.ASCII)
_PARAMETER = re.compile(r":(\w+)")


@dataclass(frozen=True, slots=True)
class Served:
    """File to send; ``encoding`` is ``gzip`` if it is the compressed copy."""

    path: Path
    media_type: str
    encoding: str | None


class Build:
    """Folder of built files; it may be missing, and may be made while the process runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def found(cls) -> "Build":
        """Returns the build in the first of ``PLACES`` that has one, or else the missing one in the first place."""
        return cls(next((each for each in PLACES if (each / INDEX).is_file()), PLACES[0]))

    def pages(self) -> Iterator[str]:
        """Yields the paths of the page's own router in the notation of the framework: ``/apply/{number}``."""
        listed = self._folder / PAGES
        if listed.is_file():
            yield from (_PARAMETER.sub(r"{\1}", path) for path in json.loads(listed.read_text("utf-8")).values())

    def file(self, *names: str, gzip: bool) -> Served | None:
        """Returns a file of the build, compressed if ``gzip`` and there is a copy; None for any other file."""
        if not all(_SAFE.fullmatch(name) or name == ASSETS for name in names):
            return None
        path = self._folder.joinpath(*names)
        if not path.is_file():
            return None
        media_type = guess_type(path.name)[0] or "application/octet-stream"
        twin = path.with_name(f"{path.name}.gz")
        return Served(twin, media_type, "gzip") if gzip and twin.is_file() else Served(path, media_type, None)
