"""Batches: deletion of several drafts, and acts on many appointments with an answer for each."""
