"""Checks that every file of an appointment is in the object store, unchanged."""

from collections.abc import Callable, Iterator
from itertools import chain, islice

from sqlalchemy import Engine

from db.documents import referenced_files
from db.verify import Discrepancy, DiscrepancyKind
from runtime.objects import Damaged, Missing, Objects


def faults(
    engine: Engine, objects: Objects, most: int | None = None, *, progress: Callable[[int], None] = lambda _: None
) -> Iterator[Discrepancy]:
    """Yields a finding for each file that is missing or damaged; reads all files, or the first ``most`` of them.

    They come in the order of their digests, so the first ones are a fair sample. Calls ``progress`` with the number of
    files read so far.
    """
    files = islice(chain.from_iterable(referenced_files(engine)), most)
    for done, (name, number) in enumerate(files, 1):
        try:
            for _ in objects.read(name):
                pass
        except Missing:
            yield Discrepancy(number, DiscrepancyKind.FILE_MISSING, detail=name)
        except Damaged:
            yield Discrepancy(number, DiscrepancyKind.FILE_DAMAGED, detail=name)
        progress(done)
