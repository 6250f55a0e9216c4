"""Inspects PDFs: each must be inert and readable, and the size of its pages is measured. Child processes do it.

``marks`` looks at bytes; ``reading``, ``sections``, ``repaired`` and ``page_tree`` ensure that every reader finds
the same objects; ``walking`` judges them, ``measuring`` measures pages, ``judging`` calls them all. ``child`` is the
program that does it under limits, ``pool`` keeps such programs warm. Only ``pool`` runs in our own process.
"""
