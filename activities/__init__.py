"""Every effect of the system is one idempotent activity here; the list is ``activities.contracts``."""
