"""Everything a process is told from outside: environment variables ``YUYUE_…``, read once, at its start.

Temporal is told by its own standard variables and files (``TEMPORAL_ADDRESS``, ``TEMPORAL_NAMESPACE``,
``TEMPORAL_PROFILE``, …): see ``runtime.temporal``.
"""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from db.engine import address
from domain.policy import Policy
from runtime import policy
from runtime.ciphers import Algorithm
from workflows.contracts import TASK_QUEUE


def _database(url: str) -> str:
    address(url)
    return url


Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=300)]
Duration = Annotated[timedelta, Field(ge=timedelta(seconds=1))]


class Settings(BaseSettings):
    """One process's settings; ``Settings()`` reads the environment. Secrets never show in a representation.

    ``seal_keys`` is ``kid:base64,kid:sm4-gcm:base64``, each key of 32 or, for SM4, 16 bytes; the first seals, all open.
    ``seal_key_file`` holds the same, and may break lines. ``fingerprint_key`` (base64, 32 bytes or more) never rotates.
    ``trusted_proxies`` are addresses, parted by commas, whose ``X-Forwarded-For`` is believed; none by default.
    ``…_per_minute`` counts one client's address (an office may share one), in each API process.
    ``calendar_ahead_days``: how long before it is needed a date without working hours is told as a gap.
    ``trust_dir`` holds the roots, authorities and revocation lists by which cards are judged: see ``signing.anchors``.
    ``public_origin`` is the page's own address, ``https://host``, which a card signs when it logs in.
    ``card_agent`` is where the page finds the card's program on its user's desk; ``card_agent_code`` its pairing code,
    which the sandbox alone tells, for there desk and server are one machine.
    ``customs_certificate`` (PEM or DER, P-256) has every message to customs enveloped for it, by
    ``envelope_algorithm``; None sends them as they are, over TLS.
    ``access_days``: how long the record of accesses is kept; the Cybersecurity Law (art. 21) asks for six months.
    ``objects_url`` is ``s3://bucket/folder``, with the rest by the usual ``AWS_…`` variables; None is a folder of
    ``data_dir``. ``payload_codec``, written like ``seal_keys``, encrypts all that Temporal keeps; None leaves
    histories readable. Files that nobody refers to are collected ``collect_grace`` after they were put there.
    """

    model_config = SettingsConfigDict(env_prefix="YUYUE_", frozen=True, extra="ignore", hide_input_in_errors=True)

    sandbox: bool = False
    data_dir: Path = Path(".yuyue")
    database_url: Annotated[str, Field(repr=False), AfterValidator(_database)] = "sqlite:///.yuyue/yuyue.db"
    policy_file: Path | None = None

    objects_url: Annotated[str, Field(pattern="^s3://[^/]")] | None = None
    collect_every: Duration = timedelta(hours=6)
    collect_grace: Duration = timedelta(days=7)

    seal_keys: SecretStr | None = None
    seal_key_file: Path | None = None
    fingerprint_key: SecretStr | None = None

    payload_codec: SecretStr | None = None
    trust_dir: Path | None = None
    public_origin: str | None = None
    card_agent: Annotated[str, Field(pattern=r"^http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?$")] = (
        "http://127.0.0.1:8084"
    )
    card_agent_code: SecretStr | None = None
    task_queue: str = TASK_QUEUE
    temporal_ui: str | None = None

    customs_url: Annotated[str, Field(pattern="^https?://[^/]")] = "http://127.0.0.1:8083"
    customs_certificate: Path | None = None
    envelope_algorithm: Algorithm = Algorithm.AES_256_GCM

    api_host: str = "127.0.0.1"
    api_port: Port = 8080
    command_limit_seconds: Seconds = 10.0
    sweep_seconds: Seconds = 5.0
    feed_seconds: Seconds = 1.0
    calendar_ahead_days: Annotated[int, Field(ge=1, le=366)] = 60

    trusted_proxies: str = ""
    session_idle_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 30
    session_hours: Annotated[int, Field(ge=1, le=24 * 7)] = 12
    captchas_per_minute: Annotated[int, Field(ge=1)] = 240
    logins_per_minute: Annotated[int, Field(ge=1)] = 120
    access_days: Annotated[int, Field(ge=1)] = 184
    housekeeping_seconds: Seconds = 60.0

    log_format: Literal["json", "console"] = "json"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @model_validator(mode="after")
    def _policy_may_be_used(self) -> Self:
        policy.check(self.policy(), sandbox=self.sandbox, trusting=self.trust_dir is not None)
        return self

    def policy(self) -> Policy:
        """The policy that the file gives, read anew. ``PolicyError`` when it cannot be used."""
        return policy.load(self.policy_file)
