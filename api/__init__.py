"""OPENS: the HTTP API. It translates requests, starts and updates workflows, and reads; it decides nothing."""
