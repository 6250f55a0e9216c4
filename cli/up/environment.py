"""The environment of each process: the supervisor sets it, the user's own settings do not count."""

import json
import os
from dataclasses import dataclass
from typing import ClassVar

from cli.up.ports import HOST, PortNumbers
from cli.up.secrets import Secrets
from runtime.layout import Layout

#: Variables of ours or of Temporal in the user's shell are for another system than this one.
FOREIGN = ("YUYUE_", "TEMPORAL_")


@dataclass(frozen=True)
class Environment:
    """Environment variables for the processes of one stack."""

    CUSTOMS_KEY: ClassVar[str] = "YUYUE_CUSTOMS_KEY"

    layout: Layout
    ports: PortNumbers
    secrets: Secrets

    @property
    def database_url(self) -> str:
        """The address of the stack's own SQLite file."""
        return f"sqlite:///{self.layout.database}"

    def plain(self) -> dict[str, str]:
        """Returns the user's environment without variables for another system."""
        return {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}

    def for_ours(self) -> dict[str, str]:
        """Returns the environment of worker, API and commands, with the settings."""
        return self.plain() | self.settings()

    def for_simulator(self) -> dict[str, str]:
        """Returns the environment of the simulated office, with the one key by which it sends receipts."""
        return self.plain() | {self.CUSTOMS_KEY: self.secrets.demo_keys["customs"]}

    def envelope(self) -> dict[str, str]:
        """Returns the settings of message encryption, if this stack encrypts messages."""
        if not self.layout.envelope.exists():
            return {}
        algorithm = self.layout.envelope.read_text("ascii").strip()
        certificate = str(self.layout.customs_certificate)
        return {"YUYUE_CUSTOMS_CERTIFICATE": certificate, "YUYUE_ENVELOPE_ALGORITHM": algorithm}

    def channel(self) -> dict[str, str]:
        """Returns the settings of the channel to customs, if this stack has chosen one."""
        if not self.layout.channel.exists():
            return {}
        return dict(json.loads(self.layout.channel.read_text("utf-8")))

    def settings(self) -> dict[str, str]:
        """Returns the settings of this stack, as environment variables."""
        return (
            self.envelope()
            | self.channel()
            | {
                "YUYUE_SANDBOX": "1",
                "YUYUE_DATA_DIR": str(self.layout.root),
                "YUYUE_DATABASE_URL": self.database_url,
                "YUYUE_BACKUP_DIR": str(self.layout.backups),
                "YUYUE_POLICY_FILE": str(self.layout.policy),
                "YUYUE_TRUST_DIR": str(self.layout.pki / "trust"),
                "YUYUE_SEAL_KEYS": self.secrets.seal_keys,
                "YUYUE_FINGERPRINT_KEY": self.secrets.fingerprint_key,
                "YUYUE_CUSTOMS_URL": f"http://{HOST}:{self.ports.simulator}",
                "YUYUE_API_HOST": HOST,
                "YUYUE_API_PORT": str(self.ports.api),
                "YUYUE_CARD_AGENT": f"http://{HOST}:{self.ports.card_agent}",
                "YUYUE_CARD_AGENT_CODE": self.secrets.pairing_code,
                "YUYUE_TEMPORAL_UI": f"http://{HOST}:{self.ports.temporal_ui}",
                "TEMPORAL_ADDRESS": f"{HOST}:{self.ports.temporal}",
                "TEMPORAL_NAMESPACE": "default",
                "TEMPORAL_CONFIG_FILE": os.devnull,
            }
        )
