"""访问 Users, sessions, keys, cards and lock-outs, managed by administrators, and the access log."""
