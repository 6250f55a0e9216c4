"""`yuyue calendar …`: the working calendar, for operators and the staff of a port."""
