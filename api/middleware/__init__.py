"""What every request passes before a route sees it: the clock, the guard, the limit of its body."""
