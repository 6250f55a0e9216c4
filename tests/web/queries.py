"""Steps on the page of queries."""

from playwright.sync_api import Locator, Page


def row(page: Page, number: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=number, exact=True))


def ask(page: Page) -> None:
    page.get_by_role("button", name="查询", exact=True).click()


def choose(page: Page, field: str, option: str) -> None:
    """Chooses by keyboard: space opens the list."""
    page.get_by_role("combobox", name=field).focus()
    page.keyboard.press("Space")
    page.get_by_role("option", name=option, exact=True).click()


def select(page: Page, *numbers: str) -> None:
    for number in numbers:
        page.get_by_role("checkbox", name=f"选择 {number}", exact=True).check()
