"""`yuyue doctor`: checks every part, changes nothing, and prints the remedy of each finding."""
