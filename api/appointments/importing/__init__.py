"""Many applications from a spreadsheet or a pasted block: read, judged by every rule, nothing saved."""
