"""OPENS: the HTTP door. It translates, starts and updates workflows, and reads; it decides nothing."""
