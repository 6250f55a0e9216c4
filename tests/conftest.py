"""For all levels."""

from hypothesis import settings

# How long an example takes says something of the machine, not of the rule.
settings.register_profile("yuyue", deadline=None)
settings.load_profile("yuyue")
