"""A user's own settings, and the fields that he filled in last."""
