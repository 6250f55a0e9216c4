"""An algorithm, as it is named on the command line."""

from typing import TYPE_CHECKING

from cli.console import fail

if TYPE_CHECKING:
    from runtime.ciphers import Algorithm


def algorithm(name: str) -> "Algorithm":
    """Ends the command for one that there is not."""
    from runtime.ciphers import Algorithm

    if name not in set(Algorithm):
        known = ", ".join(Algorithm)
        fail(f"没有算法 {name}:可用 {known}", f"there is no algorithm {name}: {known}")
    return Algorithm(name)
