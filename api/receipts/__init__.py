"""Receipts of customs: the route that takes them, and their storage before they are processed."""
