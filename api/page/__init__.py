"""Routes of the enterprise's page: the static files that ``make web`` has built."""
