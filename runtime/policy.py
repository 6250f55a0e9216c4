"""Reads the policy file: TOML → ``domain.policy.Policy``; a missing key keeps the manual's reading."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from domain.policy import Policy


class PolicyError(ValueError):
    """The policy file cannot be used; the message names the file and every key that is wrong."""


def load(path: Path | None) -> Policy:
    """Returns the policy of the file, or the defaults without one. Raises ``PolicyError``."""
    if path is None:
        return Policy()
    try:
        return Policy.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"{path}: {error}") from error
    except ValidationError as error:
        raise PolicyError(f"{path}: {'; '.join(_described(each) for each in error.errors())}") from None


def check(policy: Policy, *, sandbox: bool, trusting: bool) -> None:
    """Raises ``PolicyError`` for a rule of the sandbox outside it, and for signatures that no card could make."""
    if policy.signature.required == "always" and not trusting:
        raise PolicyError("signature.required = always: no card could be trusted, set YUYUE_TRUST_DIR")
    if not sandbox and not policy.cutoff.enforce:
        raise PolicyError("cutoff.enforce = false is allowed in the sandbox only (YUYUE_SANDBOX=1)")
    if not sandbox and policy.signature.required == "never":
        raise PolicyError("signature.required = never is allowed in the sandbox only (YUYUE_SANDBOX=1)")


def _described(error: object) -> str:
    assert isinstance(error, dict)  # noqa: S101 pydantic's ErrorDetails
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"unknown key {key}"
    return f"{key}: {error['msg']}" if key else str(error["msg"])
