"""How this system proves to customs who it is, over HTTP: files that are renewed while messages are sent."""
