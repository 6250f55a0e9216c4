"""Dispatches an error to the module that explains it."""

import sqlite3
from collections.abc import Callable

from obstore.exceptions import BaseError
from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from db.engine import Busy
from runtime.diagnosis.database import BUSY, explain_database, explain_sqlite
from runtime.diagnosis.files import explain_files
from runtime.diagnosis.services import explain_objects, explain_rpc, temporal_away
from runtime.diagnosis.words import Diagnosis, first_line
from runtime.sealing import KeyringError
from runtime.settings import Settings
from runtime.temporal import ConfigError, unreachable


def explained(error: BaseException) -> Diagnosis | None:
    """Returns the diagnosis of an error from outside; None for a fault of our own, which keeps its traceback."""
    if isinstance(error, BrokenPipeError):
        return None  # the reader of our output is gone, and nobody would read the diagnosis
    return next((explain(error) for kind, explain in _KINDS if isinstance(error, kind)), None)


def _of_settings(error: ValidationError) -> Diagnosis | None:
    """Names the variable of every wrong setting; None for an error of another model."""
    if error.title != Settings.__name__:
        return None
    wrong = "; ".join(_setting(each) for each in error.errors(include_url=False, include_input=False))
    return Diagnosis(f"设置有误：{wrong}", f"the settings are wrong: {wrong}")


def _setting(error: object) -> str:
    assert isinstance(error, dict)  # noqa: S101 pydantic's ErrorDetails
    names = [f"YUYUE_{str(part).upper()}" for part in error["loc"][:1]]
    return ": ".join([*names, str(error["msg"]).removeprefix("Value error, ")])


def explain_keys(error: Exception) -> Diagnosis:
    """Returns the diagnosis of seal keys that are missing, damaged or in a file that cannot be read."""
    variables = "YUYUE_SEAL_KEYS, YUYUE_SEAL_KEY_FILE, YUYUE_FINGERPRINT_KEY"
    return Diagnosis(
        f"密封密钥不可用，请检查 {variables}：{error}", f"the seal keys cannot be used: check {variables}: {error}"
    )


def _of_config(error: ConfigError) -> Diagnosis:
    variables = "TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE, TEMPORAL_…"
    return Diagnosis(
        f"Temporal 的设置有误，请检查 {variables}：{error}",
        f"Temporal's settings are wrong, check {variables}: {error}",
    )


def _of_temporal(error: RuntimeError) -> Diagnosis | None:
    return temporal_away() if unreachable(error) else None


def _plainly(error: Exception) -> Diagnosis:
    return Diagnosis(f"设置有误：{first_line(error)}", f"the settings are wrong: {first_line(error)}")


_KINDS: tuple[tuple[type[BaseException], Callable[..., Diagnosis | None]], ...] = (
    (SQLAlchemyError, explain_database),
    (sqlite3.Error, explain_sqlite),
    (Busy, lambda _: BUSY),
    (ValidationError, _of_settings),
    (SettingsError, _plainly),
    (KeyringError, explain_keys),
    (ConfigError, _of_config),
    (RPCError, explain_rpc),
    (BaseError, explain_objects),
    (OSError, explain_files),
    (RuntimeError, _of_temporal),
)
