#!/usr/bin/env bash
# python-statemachine 3 has two base classes, and its documentation leads with the newer, StateChart. An event that the
# state does not permit raises nothing there, and neither does an error in a callback: it becomes an event `error.execution`
# that nobody need handle, and the transition goes on, so the machine stands in the new state although what belongs to it has
# failed. An illegal command and a failed effect both look like success. StateMachine, the older name, raises in both cases
# and stays where it was.
#
# Sends both events to both classes. Ends with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-statemachine==3.2.2
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

from statemachine import State, StateChart, StateMachine


def machine(base):
    """Returns an application of that base class; submitting it fails in a callback."""

    class Application(base):
        draft = State(initial=True)
        submitted = State()
        approved = State(final=True)
        submit = draft.to(submitted)
        approve = submitted.to(approved)

        def on_submit(self):
            raise OSError("the submission could not be sent")

    return Application()


print("python-statemachine", version("python-statemachine"))
found = {}
for base in (StateChart, StateMachine):
    for event in ("approve", "submit"):
        application = machine(base)
        try:
            application.send(event)
            raised = "nothing"
        except Exception as error:
            raised = type(error).__name__
        state = next(iter(application.configuration)).id
        found[base.__name__, event] = raised, state
        print(f"{base.__name__:12} draft, {event}: raises {raised}, stands in {state}")
expected = [("nothing", "draft"), ("nothing", "submitted"), ("TransitionNotAllowed", "draft"), ("OSError", "draft")]
raise SystemExit(0 if list(found.values()) == expected else 1)
PY
echo "the behaviour is as described"
