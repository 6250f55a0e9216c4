"""The states of an appointment and the events that each permits, as a statechart that prints its own page."""
