"""Electronic signatures 电子签名: the signed statement, the check of a signature, and the holder of the card.

This folder knows bytes, certificates and keys only: no clock, no database, no network. Each fault of a signature
raises ``Rejected`` with its own problem code.
"""
