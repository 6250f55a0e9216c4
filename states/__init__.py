"""PERMITS: what may happen to an appointment next, as charts that print their own documentation."""
