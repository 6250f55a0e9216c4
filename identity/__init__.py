"""Authenticates API keys, users and cards, and decides who may do what; the rules of customs are in ``domain``."""
