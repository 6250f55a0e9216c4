"""A run of a health job: doctor, verify or backup."""

from domain.model import Model


class HealthRun(Model):
    """The run to carry out; its row in the database has the rest."""

    run_id: str
    job: str
