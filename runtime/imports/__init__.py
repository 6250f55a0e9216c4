"""Reads operators' files: each fault has its row and column, and a file is entered as a whole or not at all."""
