"""Logs: one JSON object (or one readable line) for each event, with nothing personal in it.

The message of an exception may quote what a user typed, so only its type and its traceback's places are written;
the message is kept for types whose messages are ours or the system's.
"""

import logging
import logging.config
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from temporalio.service import RPCError

from domain.appointment import PERSONAL
from runtime.sealing import KeyringError, SealError
from runtime.settings import Settings

#: Fields that may hold something of a person: their values are never written.
_HIDDEN = frozenset(
    {
        *PERSONAL,
        "note",
        "text",
        "duty_contact",
        "return_reason",
        "refusal_reason",
        "body",
    }
)
SECRET = frozenset({"authorization", "cookie", "key", "token", "password"})

_MESSAGES_KEPT = (OSError, RPCError, SealError, KeyringError, KeyboardInterrupt, SystemExit)
_QUIET = ("alembic", "uvicorn.access", "httpx", "httpcore", "asyncio", "watchfiles", "asyncssh")
#: Apprise names the tokens that it was given.
_LIBRARIES = dict.fromkeys(_QUIET, "WARNING") | {"apprise": "CRITICAL"}


def configure(settings: Settings) -> None:
    """Sends everything, our own and the libraries', through one chain to standard output."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_personal,
        describe_exceptions,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(_stdlib(settings, shared))


def hide_personal(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replaces the value of every personal or secret field."""
    return {name: "<hidden>" if name.lower() in _HIDDEN | SECRET else value for name, value in event.items()}


def describe_exceptions(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """``exception``: types and places, from the last exception back to its causes."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = [_described(each) for each in _chain(error)]
    return event


def _described(error: BaseException) -> dict[str, Any]:
    described: dict[str, Any] = {"type": type(error).__qualname__, "at": _places(error.__traceback__)}
    return described | {"message": str(error)} if isinstance(error, _MESSAGES_KEPT) else described


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-12:]]


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in chain:
        chain.append(following)
        following = following.__cause__ or following.__context__
    return chain


def _stdlib(settings: Settings, shared: list[Processor]) -> dict[str, Any]:
    console = settings.log_format == "console"
    renderer = structlog.dev.ConsoleRenderer(colors=False) if console else structlog.processors.JSONRenderer()
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"one": formatter},
        "handlers": {"out": {"class": "logging.StreamHandler", "stream": sys.stdout, "formatter": "one"}},
        "root": {"handlers": ["out"], "level": settings.log_level},
        "loggers": {name: {"level": level} for name, level in _LIBRARIES.items()},
    }
