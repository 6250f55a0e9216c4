"""Whether every file that an appointment refers to lies in the object store, and is what it was."""

from collections.abc import Iterator
from itertools import chain, islice

from sqlalchemy import Engine

from db.documents import referenced_files
from db.verify import Finding, FindingKind
from runtime.objects import Damaged, Missing, Objects


def faults(engine: Engine, objects: Objects, most: int | None = None) -> Iterator[Finding]:
    """One finding for each file that is not, all of them read to the end; or ``most`` of them, whichever come first.

    They come in the order of their digests, so the first ones are a fair sample.
    """
    for name, number in islice(chain.from_iterable(referenced_files(engine)), most):
        try:
            for _ in objects.read(name):
                pass
        except Missing:
            yield Finding(number, FindingKind.FILE_MISSING, detail=name)
        except Damaged:
            yield Finding(number, FindingKind.FILE_DAMAGED, detail=name)
