"""Demo data is fictional: outside the sandbox nothing starts on a database that holds it."""

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, ProgrammingError

from cli.console import fail
from db import reference
from db.engine import connect, reading
from db.seeds import DEMO_ENTERPRISES
from runtime.settings import Settings


def keep_demo_data_inside(settings: Settings) -> None:
    """Ends the command when the database holds demo data and the settings say it is no sandbox."""
    if settings.sandbox:
        return
    engine = connect(settings.database_url)
    try:
        if holds_demo_data(engine):
            fail(
                "数据库含有演示数据,只能在沙盒中使用",
                "the database holds demo data: for the sandbox only (YUYUE_SANDBOX=1)",
            )
    except (OperationalError, ProgrammingError) as error:
        fail(
            "无法查询数据库,请先执行 yuyue db upgrade",
            f"the database cannot be asked; `yuyue db upgrade` first: {error}",
        )
    finally:
        engine.dispose()


def holds_demo_data(engine: Engine) -> bool:
    """Whether a fictional enterprise stands in the register as it was seeded."""
    with reading(engine) as session:
        return any(reference.enterprise(session, each.code) == each for each in DEMO_ENTERPRISES)
