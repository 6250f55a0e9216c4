"""The algorithm that an option names."""

from typing import TYPE_CHECKING

from cli.console import fail

if TYPE_CHECKING:
    from runtime.ciphers import Algorithm


def algorithm(name: str) -> "Algorithm":
    """Returns the algorithm; ends the command for an unknown name."""
    from runtime.ciphers import Algorithm

    if name not in set(Algorithm):
        known = ", ".join(Algorithm)
        fail(f"没有算法 {name}：可用 {known}", f"there is no algorithm {name}: {known}")
    return Algorithm(name)
