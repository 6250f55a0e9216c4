"""`yuyue demo`: one appointment that goes well and one that nobody looks after, in under a minute."""
