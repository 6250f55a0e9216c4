"""The HTTP of the simulated office: for enterprises' systems, for tests, for the officer."""
