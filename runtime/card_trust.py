"""The trust in cards, by the settings."""

from pathlib import Path

from runtime.settings import Settings
from signing.anchors import SANDBOX_MARK, TrustError, load
from signing.trust import Trust


def trusted(settings: Settings) -> Trust | None:
    """Returns the trust of the settings' folder; None where no folder is set.

    Raises ``TrustError`` when the folder cannot be used, or is the sandbox's own outside the sandbox.
    """
    if settings.trust_dir is None:
        return None
    if not settings.sandbox:
        _refuse_sandbox(settings.trust_dir)
    return Trust(settings.trust_dir)


def _refuse_sandbox(folder: Path) -> None:
    if any(SANDBOX_MARK in each.subject.human_friendly for each in load(folder).roots):
        raise TrustError(f"{folder}: a root of the sandbox is trusted in the sandbox only (YUYUE_SANDBOX=1)")
