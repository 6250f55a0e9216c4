"""Is a file an inert, readable PDF, and how large is each page? Asked in children with limits, never in our process.

``marks`` looks at bytes, ``walking`` at objects, ``judging`` at the whole; ``child`` is the program that does it under
limits, ``pool`` keeps such programs warm. Only ``pool`` runs in the process that asks.
"""
