"""The ``yuyue`` command."""
