"""DOES: every effect of the system, one idempotent activity each, catalogued in ``activities.contracts``."""
