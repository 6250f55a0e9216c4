"""`yuyue doctor`: looks at every part, changes nothing, and says the remedy of what it finds."""
