"""The lists of 首页, each with its most urgent rows until one asks for all."""

from playwright.sync_api import Locator, Page


def rows(page: Page, region: str) -> Locator:
    """All rows of the list, after 显示全部 where it is long: other tests have left applications behind, too."""
    found = page.get_by_role("region", name=region, exact=True)
    found.get_by_role("row").nth(1).wait_for()
    everything = found.get_by_role("button", name="显示全部")
    if everything.is_visible():
        everything.click()
    return found.get_by_role("row")
