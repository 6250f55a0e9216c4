"""Speaks to the receivers of enterprises: addresses that may be called, signatures, one request."""
