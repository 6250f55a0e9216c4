"""Appointments: an enterprise sees only its own; anything else is not found."""
