"""The envelope and one file for each message, ours and those of customs."""
