"""Which tests run on one worker, and in which order the workers take them, so that all of them end at the same time.

What a worker takes at a time is a file, or the files of a folder that share a server: it is started once, not once on
each worker. What takes long is begun first. How long it takes is nobody's assertion: a wrong entry costs time, no more.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

#: Their files have a server in common, those excepted that stand below by themselves.
TOGETHER = ("tests/e2e", "tests/integration/api", "tests/web", "tests/workflows")

#: What takes more than half a minute, in the order in which it is begun; all else comes after it.
LONG = (
    "tests/web",
    "tests/integration/deadlines/test_wedge.py",
    "tests/faults/test_faults.py",
    "tests/e2e",
    "tests/integration/api",
    "tests/e2e/test_conformance.py",
    "tests/e2e/test_up.py",
    "tests/web/test_safety.py",
    "tests/web/test_batch.py",
    "tests/web/test_templates.py",
    "tests/workflows",
    "tests/e2e/test_bench.py",
    "tests/e2e/test_signed.py",
    "tests/cards/test_page.py",
    "tests/e2e/test_secrecy.py",
    "tests/integration/documents/test_inspection.py",
    "tests/web/test_overdue.py",
    "tests/integration/db/test_hours_notices.py",
    "tests/e2e/test_restore.py",
    "tests/web/test_card.py",
    "tests/e2e/test_demo.py",
    "tests/integration/api/test_login.py",
    "tests/integration/api/test_csrf.py",
    "tests/e2e/test_doctor.py",
    "tests/integration/db/test_imports.py",
    "tests/integration/db/test_facts.py",
    "tests/integration/db/test_migrate.py",
    "tests/integration/db/test_search.py",
    "tests/integration/simulator/test_courier.py",
    "tests/integration/db/test_calendar.py",
    "tests/unit/signing/test_forgeries.py",
    "tests/integration/api/test_access_matrix.py",
    "tests/integration/api/test_proxies.py",
)
_RANK = {unit: number for number, unit in enumerate(LONG)}


def unit(nodeid: str) -> str:
    """The unit that this test is scheduled with."""
    file = nodeid.split("::", 1)[0]
    folder = file.rpartition("/")[0]
    return folder if folder in TOGETHER and file not in _RANK else file


def arrange(items: list[pytest.Item]) -> None:
    """Puts what takes long in front."""
    items.sort(key=lambda item: _RANK.get(unit(item.nodeid), len(LONG)))


class LongestFirst(LoadScopeScheduling):  # type: ignore[misc]  # xdist brings no types
    """Units in the order of the items; a worker is given its next one when it comes to the last test of what it has.

    It must be: it does not begin a test before it knows the next one. Behind a long unit it is the last one that waits
    meanwhile, a short one, so that the rest of the run does not wait for two long ones on one worker.
    """

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)

    def _reschedule(self, node: WorkerController) -> None:
        if self.workqueue and self._pending_of(self.assigned_work[node]) > 1:
            return
        super()._reschedule(node)

    def _assign_work_unit(self, node: WorkerController) -> None:
        if self._is_in_a_long_one(node):
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)

    def _is_in_a_long_one(self, node: WorkerController) -> bool:
        units = self.assigned_work.get(node, {})
        return any(unit in _RANK and not all(tests.values()) for unit, tests in units.items())
