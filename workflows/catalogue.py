"""The list of all workflows, for a worker to register."""

from workflows.appointment import AppointmentWorkflow
from workflows.collection import CollectionWorkflow
from workflows.upkeep import UpkeepWorkflow

WORKFLOWS = (AppointmentWorkflow, CollectionWorkflow, UpkeepWorkflow)
