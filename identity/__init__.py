"""Who you are: API keys now, people and cards later. Never what the rules say."""
