"""The collaborators of the process and the parameters of one request, as dependencies of the routes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine
from sqlmodel import Session
from temporalio.client import Client

from api.commands import Commands
from api.http import etags
from api.http.language import preferred
from api.http.problems import refusal
from api.live_updates import LiveUpdates
from api.numbers import new_key
from db.engine import read
from db.lists import NAMES, ListName
from db.lookup import CachedIndex
from domain.policy import Policy
from domain.problems.kinds import Language
from identity.principal import Principal
from identity.services import IdentityServices
from runtime.dispatch.dispatcher import Dispatcher
from runtime.inspection.pool import Inspectors
from runtime.metrics import Metrics
from runtime.objects import Objects
from runtime.sealing import Sealer
from runtime.settings import Settings
from signing.trust import Trust

MAX_KEY = 255

#: For the document only; ``_is_key`` and ``etags`` validate, so that the fault names the header as it is written.
_KEY_SCHEMA: dict[str, Any] = {"pattern": rf"^[!-~]{{1,{MAX_KEY}}}$"}
_ETAG_SCHEMA: dict[str, Any] = {"pattern": r'^(\*|"[0-9]{1,9}"(, ?"[0-9]{1,9}")*)$'}

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Context:
    """The collaborators of one process."""

    settings: Settings
    policy: Policy
    engine: Engine
    client: Client
    dispatcher: Dispatcher
    commands: Commands
    sealer: Sealer
    metrics: Metrics
    services: IdentityServices
    objects: Objects
    inspectors: Inspectors
    feed: LiveUpdates
    trust: Trust | None = None
    lists: Mapping[ListName, CachedIndex] = field(default_factory=lambda: {name: CachedIndex(name) for name in NAMES})

    def read_sync(self, query: Callable[[Session], Result]) -> Result:
        """Runs the query in a reading session and returns its result. Blocks: for routes that are plain functions."""
        return read(self.engine, query)

    async def read(self, query: Callable[[Session], Result]) -> Result:
        """Runs the query in a thread and returns its result."""
        return await run_in_threadpool(read, self.engine, query)


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a request, the instant our server received it, the language of the answer, and the address."""

    principal: Principal
    received_at: datetime
    language: Language
    address: str | None = None

    @property
    def code(self) -> str:
        """The enterprise's customs code. Raises Refusal when the caller acts for no enterprise."""
        if self.principal.customs_code is None:
            raise refusal("auth.forbidden")
        return self.principal.customs_code

    @property
    def holder(self) -> str:
        """The key of the person's own settings. Raises Refusal when the caller has an API key."""
        if self.principal.holder is None:
            raise refusal("session.required")
        return self.principal.holder


@dataclass(frozen=True, slots=True)
class CommandOptions:
    """Options of a command: its key, whether the caller chose it, and the versions that the caller accepts.

    ``anything``: the caller sent no If-Match, not even ``*``.
    """

    key: str
    chosen: bool
    versions: frozenset[int] | None = None
    anything: bool = True


def context(request: Request) -> Context:
    """Returns the context of this process."""
    found = request.app.state.context
    assert isinstance(found, Context)  # noqa: S101 the framework's state is untyped
    return found


def caller(request: Request, accept_language: Annotated[str | None, Header()] = None) -> Caller:
    """Returns the caller that the middlewares ``Clock`` and ``Guard`` found."""
    state: Any = request.state
    address = request.client.host if request.client else None
    return Caller(state.principal, state.received_at, preferred(accept_language), address)


def command_options(
    idempotency_key: Annotated[
        str | None,
        Header(description="1 至 255 个可见字符 / 1 to 255 visible characters", json_schema_extra=_KEY_SCHEMA),
    ] = None,
    if_match: Annotated[str | None, Header(description="ETag", json_schema_extra=_ETAG_SCHEMA)] = None,
) -> CommandOptions:
    """Returns the options in the headers. Raises Refusal when the key or If-Match is malformed."""
    if idempotency_key is not None and not _is_key(idempotency_key):
        raise refusal("field.invalid", "Idempotency-Key", reason="malformed")
    try:
        versions = etags.accepted_versions(if_match)
    except etags.EtagUnreadable:
        raise refusal("field.invalid", "If-Match", reason="malformed") from None
    return CommandOptions(idempotency_key or new_key(), idempotency_key is not None, versions, if_match is None)


def _is_key(text: str) -> bool:
    return 1 <= len(text) <= MAX_KEY and text.isascii() and text.isprintable() and not text.isspace()


ContextDep = Annotated[Context, Depends(context)]
CallerDep = Annotated[Caller, Depends(caller)]
CommandOptionsDep = Annotated[CommandOptions, Depends(command_options)]
