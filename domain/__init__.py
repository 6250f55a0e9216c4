"""DECIDES: the rules of a booked customs clearance, pure and frozen. No clock, no I/O, no framework."""
