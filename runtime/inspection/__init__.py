"""Is a file an inert, readable PDF, and how large is each page? Asked in children with limits, never in our process.

``marks`` looks at bytes; ``reading``, ``sections``, ``repaired`` and ``page_tree`` see to it that every reader finds
the same objects; ``walking`` judges them, ``measuring`` measures pages, ``judging`` does the whole. ``child`` is the
program that does it under limits, ``pool`` keeps such programs warm. Only ``pool`` runs in the process that asks.
"""
