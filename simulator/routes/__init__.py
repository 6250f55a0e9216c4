"""HTTP routes of the simulated office: for enterprises' systems, for tests and for the officer."""
