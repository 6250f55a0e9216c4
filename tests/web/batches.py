"""Steps on the page of batches."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from openpyxl import Workbook
from playwright.sync_api import Page, expect

from api.appointments.importing.columns import NAMES
from api.appointments.importing.template import HEADINGS
from tests.web.bookings import IMPORTER, today


def values(reference: str, **changes: str) -> list[str]:
    whole = {
        "reference": reference,
        "consignee_code": IMPORTER,
        "contact_name": "王小明",
        "contact_mobile": "13800138000",
        "declaration_port": "2233 浦东机场海关",
        "entry_exit_port": "2233",
        "transport_mode": "航空运输",
        "direction": "进口",
        "window_start": f"{today() + timedelta(days=6)} 20:00",
        "reason_category": "鲜活",
        "reason": "鲜活货物夜间到港",
        "hs_code": "0301999390",
        "name": "其他活鱼",
    }
    return [(whole | changes)[key] for key in NAMES]


def reference() -> str:
    return f"{datetime.now():%H%M%S%f}"  # noqa: DTZ005 a name that no other row has


def workbook(folder: Path, *rows: list[str]) -> Path:
    book, path = Workbook(), folder / "预约.xlsx"
    assert book.active is not None
    for row in [HEADINGS, *rows]:
        book.active.append(row)
    book.save(path)
    return path


def upload(page: Page, path: Path) -> None:
    page.get_by_label("选择文件").set_input_files(path)


def declare(page: Page, count: int) -> None:
    """Declares by keyboard: Alt+D asks, Alt+Y confirms."""
    expect(page.get_by_role("button", name=f"批量申报 ({count})", exact=True)).to_be_enabled()
    page.keyboard.press("Alt+d")
    question = page.get_by_role("dialog", name=f"申报 {count} 份预约申请？")
    expect(question.get_by_role("listitem")).to_have_count(count)
    page.keyboard.press("Alt+y")


def numbers(page: Page) -> list[str]:
    return page.get_by_role("link", name=re.compile(r"^\d{18}$")).all_inner_texts()
