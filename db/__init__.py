"""REMEMBERS: events that are never changed, read rows made from them, reference data, the inbox of receipts."""
