"""卡介质程序 (card program): a local service on the user's machine, between the page and the card in the reader.

It listens on loopback only, answers allowed pages that are paired with it, and signs only what it has parsed and shown.
It calls no server: the page brings what is to be signed, and takes the signature. No other folder imports pyscard.
"""
