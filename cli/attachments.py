"""Checks that every file of an appointment is in the object store, unchanged."""

from collections.abc import Iterator
from itertools import chain, islice

from sqlalchemy import Engine

from db.documents import referenced_files
from db.verify import Discrepancy, DiscrepancyKind
from runtime.objects import Damaged, Missing, Objects


def faults(engine: Engine, objects: Objects, most: int | None = None) -> Iterator[Discrepancy]:
    """Yields a finding for each file that is missing or damaged; reads all files, or the first ``most`` of them.

    They come in the order of their digests, so the first ones are a fair sample.
    """
    for name, number in islice(chain.from_iterable(referenced_files(engine)), most):
        try:
            for _ in objects.read(name):
                pass
        except Missing:
            yield Discrepancy(number, DiscrepancyKind.FILE_MISSING, detail=name)
        except Damaged:
            yield Discrepancy(number, DiscrepancyKind.FILE_DAMAGED, detail=name)
