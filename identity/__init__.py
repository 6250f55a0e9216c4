"""Who you are, never what the rules say."""
