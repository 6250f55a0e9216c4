"""All workflows: what a worker registers."""

from workflows.appointment import AppointmentWorkflow
from workflows.collection import CollectionWorkflow
from workflows.upkeep import UpkeepWorkflow

WORKFLOWS = (AppointmentWorkflow, CollectionWorkflow, UpkeepWorkflow)
