"""The enterprise's page: static files that ``make web`` has built, and nothing that is decided here."""
