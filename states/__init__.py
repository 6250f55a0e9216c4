"""PERMITS: the lifecycle as a chart; guards call nothing, callbacks do nothing."""
