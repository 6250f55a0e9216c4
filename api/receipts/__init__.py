"""Receipts of customs: the route that takes them, and what becomes of them."""
