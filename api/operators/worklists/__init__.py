"""Worklists of operators: what waits for a person, with filters, an export, and acts on many items at once."""
