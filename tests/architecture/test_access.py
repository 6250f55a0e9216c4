"""Every route of the API is in the table of who may call it."""

from fastapi import APIRouter

from api.app import create_app
from runtime.settings import Settings
from tests.integration.api.access import MARKS, routes, rows


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    app = create_app(Settings(database_url="sqlite:///never-opened.db"))
    assert sorted(row.route for row in rows()) == routes(app)


def test_a_new_route_would_be_noticed() -> None:
    app, router = create_app(Settings(database_url="sqlite:///never-opened.db")), APIRouter(prefix="/ops/v1")
    router.add_api_route("/forgotten", lambda: None, methods=["GET", "POST"])
    app.include_router(router, prefix="/deeper")
    known = {row.route for row in rows()}
    assert set(routes(app)) - known == {"GET /deeper/ops/v1/forgotten", "POST /deeper/ops/v1/forgotten"}


def test_the_table_uses_its_marks_only() -> None:
    assert {mark for row in rows() for mark in row[2:]} <= MARKS
