"""The configuration of a process: environment variables ``YUYUE_…``, read once, at its start.

Temporal has its own standard variables and files (``TEMPORAL_ADDRESS``, ``TEMPORAL_NAMESPACE``,
``TEMPORAL_PROFILE``, …): see ``runtime.temporal``.
"""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from customs.channels import ChannelName
from customs.channels.routes import Routes
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
    """The settings of one process: ``Settings()`` reads the environment. Secrets never show in a representation.

    The text below each field is its row in docs/settings.md.
    """

    model_config = SettingsConfigDict(
        env_prefix="YUYUE_", frozen=True, extra="ignore", hide_input_in_errors=True, use_attribute_docstrings=True
    )

    sandbox: bool = False
    """`1` for a sandbox 沙箱: demo data, cards of `yuyue pki` and rules that are not enforced are for it alone."""
    data_dir: Path = Path(".yuyue")
    """The folder of attached files (`objects/` in it), unless `YUYUE_OBJECTS_URL` names a bucket."""
    database_url: Annotated[str, Field(repr=False), AfterValidator(_database)] = "sqlite:///.yuyue/yuyue.db"
    """The database: `postgresql+psycopg://user:password@host/name` or `sqlite:///path`."""
    policy_file: Path | None = None
    """TOML file with the knobs of the rules (`domain/policy.py`); without it they keep the manual's reading."""

    backup_dir: Path | None = None
    """The folder in which a backup that is started from the page makes a folder of its own; without it none is made."""

    objects_url: Annotated[str, Field(pattern="^s3://[^/]")] | None = None
    """The bucket of attached files, `s3://bucket/folder`; the rest by the usual `AWS_…` variables. Without it they are
    in `YUYUE_DATA_DIR`, which API and workers share."""
    collect_every: Duration = timedelta(hours=6)
    """How often files that nobody refers to are collected."""
    collect_grace: Duration = timedelta(days=7)
    """How long such a file is kept after it was stored: longer than workers may ever be away."""

    seal_keys: SecretStr | None = None
    """Keys that seal personal fields and files: `kid:base64,kid:sm4-gcm:base64`, each of 32 or, for SM4, 16 bytes.
    The first seals, all open."""
    seal_key_file: Path | None = None
    """File with more such keys, after those of `YUYUE_SEAL_KEYS`; it may break lines."""
    fingerprint_key: SecretStr | None = None
    """Key of fingerprints (Base64, 32 bytes or more). It never changes."""

    payload_codec: SecretStr | None = None
    """Keys, written like `YUYUE_SEAL_KEYS`, that encrypt everything Temporal keeps; without them histories are
    readable, with personal fields sealed all the same. The same for API and workers."""
    trust_dir: Path | None = None
    """Folder with the roots, issuers and revocation lists by which cards are judged: see
    [signatures.md](signatures.md)."""
    public_origin: str | None = None
    """The page's own address, `https://host`, which a card signs when it logs in."""
    card_agent: Annotated[str, Field(pattern=r"^http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?$")] = (
        "http://127.0.0.1:8084"
    )
    """Where the page finds the card's program on its user's own machine."""
    card_agent_code: SecretStr | None = None
    """The pairing code of that program, which the sandbox alone hands to the page: there both run on one machine."""
    task_queue: str = TASK_QUEUE
    """The task queue of Temporal that API and workers share."""
    cached_workflows: Annotated[int, Field(ge=2)] | None = None
    """How many open appointments a worker keeps in memory, 0.4 MB each; without it, as many as a quarter of the
    machine's or the container's memory holds. The others are replayed at their next event."""
    temporal_ui: str | None = None
    """The address of Temporal's own page, which the links to a workflow lead to."""

    customs_url: Annotated[str, Field(pattern="^https?://[^/]")] = "http://127.0.0.1:8083"
    """Where customs takes messages: see [customs-messages.md](customs-messages.md)."""
    customs_channel: ChannelName = ChannelName.HTTP
    """How messages reach customs, where `YUYUE_CUSTOMS_ROUTES` says nothing else."""
    customs_routes: str = ""
    """Channels of single ports (4 digits) and direct customs districts 直属海关 (2 digits): `2233=sftp,22=directory`.
    The port counts before its district. A message takes the channel that its port has when it is sent."""
    customs_directory: Path | None = None
    """The folder with `OutBox`, `SentBox`, `InBox` and `FailBox` of the channel `directory`. Receipts in it are taken
    also while no port sends by it."""
    customs_sftp: Annotated[str, Field(pattern="^sftp://[^/@:]+@[^/@]+/")] | None = None
    """The same folder on an SFTP server, for the channel `sftp`: `sftp://user@host:22/folder`."""
    customs_sftp_key: Path | None = None
    """The private key for that server, in a file that nobody else can read."""
    customs_sftp_known_hosts: Path | None = None
    """The file with the host key of that server, as `ssh-keyscan` writes it; no other server is trusted."""
    customs_poll_seconds: Seconds = 2.0
    """How often the InBox on an SFTP server is looked into; a folder on a disk tells by itself."""
    customs_box_days: Annotated[int, Field(ge=1, le=366)] = 30
    """How many days files stay in `SentBox` and `FailBox`."""
    customs_certificate: Path | None = None
    """The certificate of customs (PEM or DER, P-256): every message is encrypted for it. Without it messages go as
    they are, over TLS."""
    envelope_algorithm: Algorithm = Algorithm.AES_256_GCM
    """How messages are encrypted for that certificate."""
    customs_client_certificate: Path | None = None
    """Our certificate for mutual TLS with customs (PEM, its chain after it); with `YUYUE_CUSTOMS_CLIENT_KEY`."""
    customs_client_key: Path | None = None
    """The key of that certificate (PEM, without a password)."""
    customs_authorities: Path | None = None
    """Certificates (PEM) of the authorities that customs' server may have its certificate from; without it, those of
    the system."""
    customs_token_file: Path | None = None
    """File with the bearer token that customs asks for, on one line."""
    customs_signing_key: Path | None = None
    """Private key (PEM, Ed25519, P-256 or P-384) that signs each request to customs by RFC 9421."""
    customs_signing_key_id: Annotated[str, Field(pattern=r"^[!#-\[\]-~]{1,100}$")] = "yuyue"
    """The name (`keyid`) by which customs knows that key."""
    customs_pull_after: Duration = timedelta(minutes=10)
    """How long customs may push no receipt, while messages await one, before receipts are fetched from it."""
    customs_pull_every: Duration = timedelta(minutes=1)
    """How often that is looked at, and receipts are fetched until customs pushes again."""
    declarations_every: Duration = timedelta(hours=6)
    """How often customs is asked for the declarations of an appointment whose window is over and that has no number."""

    smtp_host: str | None = None
    """The mail server by which notices leave; without it nobody can choose e-mail. See [notices.md](notices.md)."""
    smtp_port: Port = 587
    """The port of the mail server: usually 587 for `starttls`, 465 for `tls`, 25 for `none`."""
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is protected: TLS from the first byte, TLS after a greeting, or not at all. `none` is for a
    server on the same machine; a password is never sent over it."""
    smtp_ca_file: Path | None = None
    """The roots (PEM) by which the mail server's certificate is judged; without it those of the system."""
    smtp_user: str | None = None
    """The name to log in with at the mail server; without it nobody logs in."""
    smtp_password_file: Path | None = None
    """File with the password, read for each connection, so that a new one needs no restart."""
    smtp_from: Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")] | None = None
    """The address that notices come from, which must be one of the mail server's own. It also invites to windows."""
    dingtalk_url: Annotated[str, Field(pattern="^https?://[^/]")] = "https://oapi.dingtalk.com"
    """Where robots of DingTalk 钉钉 take messages."""
    wecom_url: Annotated[str, Field(pattern="^https?://[^/]")] = "https://qyapi.weixin.qq.com"
    """Where robots of WeCom 企业微信 take messages; a private deployment has its own address."""
    feishu_url: Annotated[str, Field(pattern="^https?://[^/]")] = "https://open.feishu.cn"
    """Where robots of Feishu 飞书 take messages."""
    sms_gateway_file: Path | None = None
    """File with the address of an SMS gateway as Apprise writes it, with `{mobile}` where the number belongs: see
    [notices.md](notices.md). Without it nobody can choose SMS."""

    api_host: str = "127.0.0.1"
    """The address at which the API listens."""
    api_port: Port = 8080
    """The port at which the API listens; 0 takes any that is free."""
    command_limit_seconds: Seconds = 10.0
    """How long a caller waits for a command before it answers that the outcome is not known yet."""
    sweep_seconds: Seconds = 5.0
    """How often stored receipts, notices of changed hours and commands with an unknown outcome are retried."""
    feed_seconds: Seconds = 1.0
    """How often the database is asked for news that the page shows at once."""
    webhook_hosts: str = ""
    """Receivers of webhooks inside, each as `host:port`, separated by commas: only these may have an inside address, or
    be called without TLS."""
    webhook_first_pause: Duration = timedelta(seconds=5)
    """The pause after the first attempt at a receiver that failed; each further one is twice as long."""
    webhook_longest_pause: Duration = timedelta(hours=1)
    """The longest pause between two attempts."""
    webhook_give_up: Duration = timedelta(days=3)
    """How long a delivery is tried; a receiver that took nothing for so long is paused."""
    webhook_overlap: Duration = timedelta(hours=24)
    """How long the secret before a rotation still signs."""
    calendar_ahead_days: Annotated[int, Field(ge=1, le=366)] = 60
    """How many days before it is needed a date without working hours 工作时段 is reported as a gap."""

    trusted_proxies: str = ""
    """Addresses of proxies, separated by commas, whose `X-Forwarded-For` is believed."""
    session_idle_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 30
    """How long a session lives without being used."""
    session_hours: Annotated[int, Field(ge=1, le=24 * 7)] = 12
    """How long a session lives at most."""
    captchas_per_minute: Annotated[int, Field(ge=1)] = 240
    """Captchas for one client's address (an office may share one), in each API process."""
    logins_per_minute: Annotated[int, Field(ge=1)] = 120
    """Logins tried from one client's address, in each API process."""
    access_days: Annotated[int, Field(ge=1)] = 184
    """How long the record of accesses is kept; the Cybersecurity Law 网络安全法 (art. 21) asks for six months."""
    housekeeping_seconds: Seconds = 60.0
    """How often uses of keys are written down, and sessions and accesses that are over are deleted."""

    log_format: Literal["json", "console"] = "json"
    """How a line of the log is written: as a JSON object, or for people."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least severe messages that are logged."""

    @model_validator(mode="after")
    def _policy_may_be_used(self) -> Self:
        policy.check(self.policy(), sandbox=self.sandbox, trusting=self.trust_dir is not None)
        return self

    @model_validator(mode="after")
    def _channels_have_a_place(self) -> Self:
        used = self.routes().used()
        if ChannelName.DIRECTORY in used and self.customs_directory is None:
            raise ValueError("the channel directory needs YUYUE_CUSTOMS_DIRECTORY")
        if ChannelName.SFTP in used and self.customs_sftp is None:
            raise ValueError("the channel sftp needs YUYUE_CUSTOMS_SFTP")
        if self.customs_sftp and not (self.customs_sftp_key and self.customs_sftp_known_hosts):
            raise ValueError("YUYUE_CUSTOMS_SFTP needs YUYUE_CUSTOMS_SFTP_KEY and YUYUE_CUSTOMS_SFTP_KNOWN_HOSTS")
        return self

    @model_validator(mode="after")
    def _certificate_has_its_key(self) -> Self:
        if (self.customs_client_certificate is None) != (self.customs_client_key is None):
            raise ValueError("YUYUE_CUSTOMS_CLIENT_CERTIFICATE and YUYUE_CUSTOMS_CLIENT_KEY come together")
        return self

    def routes(self) -> Routes:
        """Returns which channel each port uses. Raises ``ValueError`` when that is not written as it must be."""
        try:
            return Routes.of(self.customs_channel, self.customs_routes)
        except ValueError as error:
            raise ValueError(f"YUYUE_CUSTOMS_ROUTES: {error}") from None

    def policy(self) -> Policy:
        """Returns the policy, read from its file at each call. Raises ``PolicyError`` when it cannot be used."""
        return policy.load(self.policy_file)
