"""Operators: everything about all appointments but what is personal."""
