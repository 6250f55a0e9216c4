"""电子签名 Electronic signatures: what is signed, whether it is signed rightly, and whom the signing card stands for.

Speaks of bytes, certificates and keys only: no clock, no database, no network. Whatever is wrong with a signature is
``Rejected`` with a problem code of its own.
"""
