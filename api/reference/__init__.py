"""Reference data: ports, tariff, enterprises, working hours, windows and states."""
