"""Middleware around all routes: clock and metrics, access, origins, and the limit of bodies."""
