"""A simulated customs office: a stand-in for tests and demos, a program of its own that imports none of ours."""
