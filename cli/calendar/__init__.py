"""`yuyue calendar …`: what a port's people and operators do with the working calendar from a terminal."""
