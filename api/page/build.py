"""What ``make web`` left behind: where it stands, which file answers a request, and how long it may be kept."""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path

#: Beside the code, as ``make web`` builds it; else where an installed package has put it.
PLACES = (Path(__file__).parents[2] / "web" / "dist", Path(sys.prefix) / "share" / "yuyue" / "web")

INDEX = "index.html"
#: Every path of the page's own router, written by the build.
PAGES = "pages.json"
#: Files under this folder carry a hash in their name: a name never means another content.
ASSETS = "assets"

_SAFE = re.compile(r"[\w-]+(\.[\w-]+)+", re.ASCII)
_PARAMETER = re.compile(r":(\w+)")


@dataclass(frozen=True, slots=True)
class Served:
    """A file as it is sent: ``encoding`` is ``gzip`` when the compressed twin goes out."""

    path: Path
    media_type: str
    encoding: str | None


class Build:
    """One folder of built files; it may be missing, and may come to be while the process runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def found(cls) -> "Build":
        """The first place that has one; the first of all when none has."""
        return cls(next((each for each in PLACES if (each / INDEX).is_file()), PLACES[0]))

    def pages(self) -> Iterator[str]:
        """The paths of the page's own router, as the framework writes them: ``/apply/{number}``."""
        listed = self._folder / PAGES
        if listed.is_file():
            yield from (_PARAMETER.sub(r"{\1}", path) for path in json.loads(listed.read_text("utf-8")).values())

    def file(self, *names: str, gzip: bool) -> Served | None:
        """The file of that name, compressed where the caller takes it so; None for what is not of the build."""
        if not all(_SAFE.fullmatch(name) or name == ASSETS for name in names):
            return None
        path = self._folder.joinpath(*names)
        if not path.is_file():
            return None
        media_type = guess_type(path.name)[0] or "application/octet-stream"
        twin = path.with_name(f"{path.name}.gz")
        return Served(twin, media_type, "gzip") if gzip and twin.is_file() else Served(path, media_type, None)
