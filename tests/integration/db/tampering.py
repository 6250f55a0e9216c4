"""Changes behind the back of the application."""

import sqlalchemy as sa

from db.engine import writing

A, B = "223320261000000001", "223320261000000002"
OTHER = "202600000000000002"


def tamper(engine: sa.Engine, *changes: str) -> None:
    """Past the triggers, as somebody with the database's password might."""
    with writing(engine) as session:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            connection.exec_driver_sql("DROP TRIGGER no_update")
            connection.exec_driver_sql("DROP TRIGGER no_delete")
        for change in changes:
            connection.exec_driver_sql(change)


def remove(engine: sa.Engine, version: int) -> None:
    rest = f"WHERE version = {version}"
    tamper(engine, f"DELETE FROM appointment_contents {rest}", f"DELETE FROM appointment_events {rest}")
