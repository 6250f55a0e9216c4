"""Histories written by earlier versions must replay on this one: the promise of a workflow that lives for weeks."""

import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from workflows import sandbox
from workflows.appointment import AppointmentWorkflow

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))


def test_there_are_histories() -> None:
    assert len(HISTORIES) >= 8


@pytest.mark.parametrize("path", HISTORIES)
async def test_replays(path: Path) -> None:
    replayer = Replayer(
        workflows=[AppointmentWorkflow],
        workflow_runner=sandbox.runner(),
        data_converter=pydantic_data_converter,
    )
    recorded = json.loads(path.read_text())
    await replayer.replay_workflow(WorkflowHistory.from_json(recorded["workflow_id"], recorded["history"]))
