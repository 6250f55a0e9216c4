"""OPENS: the ``yuyue`` command."""
