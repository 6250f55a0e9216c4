"""SPEAKS to customs: messages, channels, look-up."""
