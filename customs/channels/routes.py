"""Which channel a port of declaration uses: its own, that of its direct customs district 直属海关, or the usual one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from customs.channels import ChannelName

#: A port has 4 digits; its first two are those of its district.
_ROUTE = re.compile(r"([0-9]{2}|[0-9]{4})=([a-z]+)")


@dataclass(frozen=True, slots=True)
class Routes:
    """The usual channel, and those of ports and districts by their digits."""

    usual: ChannelName
    chosen: Mapping[str, ChannelName] = field(default_factory=dict)

    @classmethod
    def of(cls, usual: ChannelName, text: str) -> "Routes":
        """Returns the routes of a text like ``2233=sftp,22=directory``. Raises ``ValueError`` that names the fault."""
        chosen: dict[str, ChannelName] = {}
        for part in filter(None, (each.strip() for each in text.split(","))):
            code, name = _read(part)
            if code in chosen:
                raise ValueError(f"{code} has two channels")
            chosen[code] = name
        return cls(usual, chosen)

    def channel(self, port: str | None) -> ChannelName:
        """Returns the channel of the port; the port itself counts before its district."""
        port = port or ""
        return self.chosen.get(port) or self.chosen.get(port[:2]) or self.usual

    def used(self) -> frozenset[ChannelName]:
        """Returns every channel that some port may use."""
        return frozenset({self.usual, *self.chosen.values()})


def _read(part: str) -> tuple[str, ChannelName]:
    found = _ROUTE.fullmatch(part)
    if found is None:
        raise ValueError(f"“{part}” is not written as PORT=CHANNEL, with the 4 digits of a port or the 2 of a district")
    if found[2] not in {*ChannelName}:
        raise ValueError(f"“{found[2]}” is no channel; there are {', '.join(ChannelName)}")
    return found[1], ChannelName(found[2])
