"""HTML pages for an officer's trial, built as trees, so that the serialiser escapes every text."""
