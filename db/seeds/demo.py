"""Fictional enterprises, for the sandbox only."""

from datetime import date, datetime

from sqlalchemy import Engine

from db.engine import writing
from db.reference import enterprise_row
from db.tables import EnterpriseRow
from db.upsert import insert_missing
from domain.enterprise import Enterprise, Grade, Qualification

#: One of each kind that the rules distinguish; the last but one is 失信, the registration of the last has expired.
DEMO_ENTERPRISES = (
    Enterprise(
        code="3122260001",
        uscc="91310115MA1DEM0158",
        ciq_code="3100900001",
        name="示例甲报关有限公司（虚构·高级认证）",
        qualification=Qualification.REGISTERED,
        grade=Grade.ADVANCED_CERTIFIED,
    ),
    Enterprise(
        code="3122260002",
        uscc="91310115MA1DEM0233",
        ciq_code="3100900002",
        name="示例乙报关有限公司（虚构·常规）",
        qualification=Qualification.REGISTERED,
        grade=Grade.REGULAR,
    ),
    Enterprise(
        code="3122260003",
        uscc="91310115MA1DEM031X",
        name="示例丙进出口有限公司（虚构·常规）",
        qualification=Qualification.REGISTERED,
        grade=Grade.REGULAR,
    ),
    Enterprise(
        code="3122260004",
        uscc="91310115MA1DEM04XM",
        ciq_code="3100900004",
        name="示例丁进出口有限公司（虚构·高级认证）",
        qualification=Qualification.REGISTERED,
        grade=Grade.ADVANCED_CERTIFIED,
    ),
    Enterprise(
        code="3122260005",
        uscc="91310115MA1DEM058M",
        name="示例戊贸易有限公司（虚构·失信）",
        qualification=Qualification.REGISTERED,
        grade=Grade.DISHONEST,
    ),
    Enterprise(
        code="3122260006",
        uscc="91310115MA1DEM066G",
        name="示例己贸易有限公司（虚构·备案过期）",
        qualification=Qualification.EXPIRED,
        valid_until=date(2025, 6, 30),
        grade=Grade.REGULAR,
    ),
)

#: Prefix of the user names of the sandbox; no other user name begins with it.
DEMO_USER = "demo."


def seed_demo(engine: Engine, *, at: datetime) -> None:
    """Adds the demo enterprises that do not exist yet."""
    with writing(engine) as session:
        insert_missing(session, EnterpriseRow.table(), *(enterprise_row(each, at) for each in DEMO_ENTERPRISES))
