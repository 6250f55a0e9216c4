"""`yuyue up`: the embedded stack, its parts as child processes under one supervisor."""
