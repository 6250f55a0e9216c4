"""What axe finds against WCAG 2.1 A and AA, and what does not fit."""

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: A desk of today, and a phone.
WIDTHS = (1366, 400)
#: The page follows the system's theme as long as nobody has chosen another one.
SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")
#: Colours fade from one theme to the other; what turns for ever is not waited for.
SETTLED = """Promise.allSettled(
    document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
        .map((each) => each.finished))"""
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def violations(page: Page) -> list[str]:
    """One line for each node that breaks a rule. What comes or goes meanwhile does so without fading."""
    page.emulate_media(reduced_motion="reduce")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": LEVELS}}).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def barriers(page: Page) -> list[str]:
    """The violations in each theme at each width, and whether the page is wider than the window there.

    Ends in the light theme, at the last width.
    """
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 768})
            page.evaluate(SETTLED)
            found += [f"{scheme} {width}: {each}" for each in violations(page)]
            needed = page.evaluate("document.documentElement.scrollWidth")
            found += [f"{scheme} {width}: needs {needed} px"] if needed > width else []
    return found
