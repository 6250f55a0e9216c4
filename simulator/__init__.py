"""A simulated customs office for tests and demos: a separate program that imports nothing else of this project."""
