"""The whole door for tests: a real database, the real application, and calls under any of the demo keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Engine

from api.app import create_app
from api.context import Context
from cli.demo import story
from cli.up.preparation import OFFICES, prepare_database
from cli.up.users import ENTERPRISES
from db.engine import connect
from domain.instants import SHANGHAI
from runtime.sealing import new_key
from runtime.settings import Settings

APPOINTMENTS = "/api/v1/appointments"
PORT = story.PORT

CODES = ENTERPRISES


class ApiStack(NamedTuple):
    """A running application and a key for everybody."""

    app: FastAPI
    engine: Engine
    keys: dict[str, str]

    @property
    def context(self) -> Context:
        found = self.app.state.context
        assert isinstance(found, Context)
        return found

    def client(self, name: str | None = None, **headers: str) -> httpx.AsyncClient:
        """Calls under a demo key, or under none."""
        if name:
            headers |= {"Authorization": f"Bearer {self.keys[name]}"}
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://yuyue", headers=headers)


def make_settings(folder: Path, **changes: Any) -> Settings:
    """Settings of a sandbox with a database of its own."""
    return Settings(
        sandbox=True,
        data_dir=folder,
        database_url=changes.pop("database_url", f"sqlite:///{folder}/test.db"),
        seal_keys=SecretStr(f"k1:{new_key()}"),
        fingerprint_key=SecretStr(new_key()),
        command_limit_seconds=changes.pop("command_limit_seconds", 10),
        **changes,
    )


def environment_of(settings: Settings) -> dict[str, str]:
    """The same settings for another process."""
    given = {name: getattr(settings, name) for name in settings.model_fields_set}
    told = {name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in given.items()}
    return {f"YUYUE_{name.upper()}": str(value) for name, value in told.items()}


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[ApiStack]:
    """The application, started and later stopped, on a fresh database."""
    keys = {name: new_key() for name in (*ENTERPRISES, *OFFICES)}
    prepare_database(settings.database_url, keys)
    engine = connect(settings.database_url)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield ApiStack(app, engine, keys)
    engine.dispose()


def body(answer: httpx.Response, status: int = 200) -> Any:
    """The JSON of an answer that must have the status."""
    assert answer.status_code == status, answer.text
    return answer.json()


def refused(answer: httpx.Response, status: int) -> list[str]:
    """The codes of a refusal, which must be a problem document through and through."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert {"type", "title", "status", "detail", "code", "errors"} <= set(problem)
    assert problem["status"] == status
    for error in problem["errors"]:
        assert set(error) == {"code", "field", "message", "remedy", "facts"}
    return [error["code"] for error in problem["errors"]]


def saturday() -> datetime:
    """20:00 of the Saturday at least a week ahead."""
    today = datetime.now(SHANGHAI).date()
    return datetime.combine(today + timedelta(days=7 + (5 - today.weekday()) % 7), time(20), SHANGHAI)


def content(**changes: Any) -> dict[str, Any]:
    """A complete application for the general importer; None leaves a field out."""
    whole = story.content(starts_in=timedelta()) | {"window_start": saturday().isoformat()} | changes
    return {name: value for name, value in whole.items() if value is not None}


async def publish(api_stack: ApiStack, *years: int) -> None:
    """Publishes years by the week alone: a test must pass in any year."""
    async with api_stack.client("operator") as operator:
        for year in years:
            body(await operator.post(f"/ops/v1/calendar/years/{year}", json={"holidays": {}, "workdays": {}}))


def this_year() -> int:
    return date.today().year  # noqa: DTZ011 tests publish the neighbours too
