"""All workflows: what a worker registers."""

from workflows.appointment import AppointmentWorkflow
from workflows.collection import CollectionWorkflow

WORKFLOWS = (AppointmentWorkflow, CollectionWorkflow)
