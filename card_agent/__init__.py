"""卡介质程序: a small local service on the user's desk, between the page and the card in the reader.

It listens on loopback only, answers allowed pages that are paired with it, and signs nothing that it has not read. The
only folder that imports pyscard. It knows no server: what it signs comes from the page and goes back to the page.
"""
