"""REMEMBERS: append-only events, disposable read tables, inbox, register."""
