"""Webhooks: receivers of an enterprise over HTTP."""
