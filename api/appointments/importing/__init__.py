"""Import of many applications from a spreadsheet or a pasted grid: parses and checks them, and saves nothing."""
