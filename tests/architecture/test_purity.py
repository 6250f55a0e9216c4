"""What decides, permits and sequences asks no clock and no environment, and catches only what it names."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import ROOT, TIMELESS, files, shown, tree

CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "random.random",
    "uuid.uuid4",
}
ENVIRONMENT = {"os.environ", "os.getenv", "environ", "getenv"}
BELOW_RUNTIME = (*TIMELESS, "activities", "customs", "db")
CATCH_ALL = {"Exception", "BaseException"}


def _names(module: ast.Module, wanted: set[str]) -> Iterator[tuple[ast.AST, str]]:
    """Uses of dotted names, also behind a prefix (``datetime.datetime.now``); Temporal's own are replayed."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute | ast.Name):
            name = ast.unparse(node)
            if not name.startswith("workflow.") and any(name == each or name.endswith(f".{each}") for each in wanted):
                yield node, name


def _is_one_of(node: ast.AST, names: set[str]) -> bool:
    return isinstance(node, ast.Attribute) and ast.unparse(node) in names


def _catch_alls(module: ast.Module) -> Iterator[ast.ExceptHandler]:
    for node in ast.walk(module):
        if isinstance(node, ast.ExceptHandler):
            caught = set() if node.type is None else {ast.unparse(each) for each in ast.walk(node.type)}
            if node.type is None or caught & CATCH_ALL:
                yield node


def test_no_clock_in_what_must_run_the_same_for_ever() -> None:
    uses = [f"{shown(path, node)} {name}" for path in files(*TIMELESS) for node, name in _names(tree(path), CLOCKS)]
    assert uses == []


def test_the_zone_is_made_in_one_place() -> None:
    # The simulated customs office imports nothing of ours.
    makers = {str(path.relative_to(ROOT)) for path in files() if any(_names(tree(path), {"ZoneInfo"}))}
    assert makers == {"domain/instants.py", "simulator/office.py"}


def test_nothing_that_a_workflow_sends_is_drawn() -> None:
    # What is drawn is another one after a reset. The one place is for histories that began with it.
    drawn = {"workflow.uuid4", "workflow.random", "workflow.new_random", "workflow.random_seed"}
    uses = [
        ast.unparse(node) for path in files("workflows") for node in ast.walk(tree(path)) if _is_one_of(node, drawn)
    ]
    assert uses == ["workflow.uuid4"]


def test_nothing_below_runtime_reads_the_environment() -> None:
    used = ((path, *use) for path in files(*BELOW_RUNTIME) for use in _names(tree(path), ENVIRONMENT))
    assert [f"{shown(path, node)} {name}" for path, node, name in used] == []


def test_domain_states_and_workflows_catch_only_what_they_name() -> None:
    assert [shown(path, node) for path in files(*TIMELESS) for node in _catch_alls(tree(path))] == []


@pytest.mark.parametrize(
    ("specimen", "found"),
    [
        ("datetime.datetime.now(UTC)", 1),
        ("from time import time_ns\nimport time\ntime.time_ns()", 1),
        ("workflow.now()", 0),
        ("received_at = command.received_at", 0),
    ],
)
def test_a_clock_is_recognised(specimen: str, found: int) -> None:
    assert len(list(_names(ast.parse(specimen), CLOCKS))) == found


@pytest.mark.parametrize(
    ("handler", "found"),
    [("except:", 1), ("except Exception:", 1), ("except (ValueError, Exception) as e:", 1), ("except ValueError:", 0)],
)
def test_a_catch_all_is_recognised(handler: str, found: int) -> None:
    assert len(list(_catch_alls(ast.parse(f"try:\n    pass\n{handler}\n    pass")))) == found
