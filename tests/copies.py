"""A SQLite file that is made ready once and copied for each test: migrating and seeding takes half a second."""

import shutil
from collections.abc import Callable
from pathlib import Path

#: Puts a copy where it is wanted; gives its URL.
Copy = Callable[[Path], str]


def copies(folder: Path, ready: Callable[[str], object]) -> Copy:
    """Copies of what ``ready`` makes of the URL it is given."""
    template = folder / "template.db"
    ready(f"sqlite:///{template}")

    def copy(target: Path) -> str:
        shutil.copyfile(template, target)
        return f"sqlite:///{target}"

    return copy
