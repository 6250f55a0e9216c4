"""The rules of a booked customs clearance, as pure functions of frozen models. No clock, no I/O, no framework."""
