"""The paths of the data directory."""

from dataclasses import dataclass
from pathlib import Path

LONGEST_LOG_BYTES = 16 * 1024**2


@dataclass(frozen=True)
class Layout:
    """Paths of one data directory; only its owner may look inside."""

    root: Path

    @property
    def lock(self) -> Path:
        """The file that a running stack locks."""
        return self.root / "lock"

    @property
    def temporal(self) -> Path:
        """The file of Temporal's embedded server."""
        return self.root / "temporal.db"

    @property
    def database(self) -> Path:
        """The SQLite file of API and workers."""
        return self.root / "yuyue.db"

    @property
    def simulator(self) -> Path:
        """The file of the simulated customs office."""
        return self.root / "simulator.db"

    @property
    def secrets(self) -> Path:
        """The file with the seal keys."""
        return self.root / "secrets.json"

    @property
    def keys(self) -> Path:
        """The file with the API keys of the sandbox."""
        return self.root / "keys.json"

    @property
    def users(self) -> Path:
        """The file with the passwords of the sandbox."""
        return self.root / "users.json"

    @property
    def pki(self) -> Path:
        """The sandbox's authority; its ``trust`` is what the parts trust."""
        return self.root / "pki"

    @property
    def customs_certificate(self) -> Path:
        """The certificate of the simulated customs office."""
        return self.pki / "customs" / "customs.pem"

    @property
    def customs_key(self) -> Path:
        """The key of that certificate."""
        return self.pki / "customs" / "customs.key"

    @property
    def envelope(self) -> Path:
        """The file with the algorithm by which the last stack encrypted its messages; missing when it did not."""
        return self.root / "envelope"

    @property
    def channel(self) -> Path:
        """The file with the settings of the channel to customs; missing when messages went over HTTP."""
        return self.root / "channel.json"

    @property
    def boxes(self) -> Path:
        """The boxes by which messages travel as files; missing when the last stack had none."""
        return self.root / "customs"

    @property
    def cards(self) -> Path:
        """The file with the PINs of the sandbox's cards."""
        return self.root / "cards.json"

    @property
    def pairing(self) -> Path:
        """The file with the pairing code by which the page calls the card's program."""
        return self.root / "pairing-code"

    @property
    def ports(self) -> Path:
        """The ports of the stack that ran last, for the commands beside it."""
        return self.root / "ports.json"

    @property
    def backups(self) -> Path:
        """The folder of backups that are started from the page; beside the data, so that none is in the next one."""
        return self.root.with_name(f"{self.root.name}-backups")

    @property
    def policy(self) -> Path:
        """The policy of the stack."""
        return self.root / "policy.toml"

    def log(self, name: str) -> Path:
        """Returns the log file of a part."""
        return self.root / "logs" / f"{name}.log"

    def prepare(self) -> None:
        """Makes the folders, and renames a long log; one older generation is kept."""
        for folder in (self.root, self.root / "logs"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for log in (self.root / "logs").glob("*.log"):
            if log.stat().st_size > LONGEST_LOG_BYTES:
                log.replace(log.with_suffix(".log.1"))
