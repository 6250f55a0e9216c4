"""Bodies and answers about the channels of a person."""

from typing import Annotated, Literal

from pydantic import Field

from api.bodies import Body, FreeText
from api.views import Shown, View
from domain.notifications.channels import ChannelType, Topic
from domain.problems.kinds import Language

Clock = Annotated[
    str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["22:00"], description="HH:MM, Asia/Shanghai")
]
Topics = Annotated[frozenset[Topic], Field(description="What the person follows by this channel.")]
ADDRESS_CHARACTERS = 300


class TimesBody(Body):
    """Language of the messages, and the times of a person.

    Messages of the quiet hours wait for their end, and with ``digest_at`` those of a day share one message, unless
    their deadline would be over by then.
    """

    language: Language
    quiet_from: Clock | None = None
    quiet_until: Clock | None = None
    digest_at: Clock | None = None


class ChannelBody(Body):
    """``address``: an address of mail, a mobile number, or a robot's token or whole webhook; ``secret``: a robot's."""

    kind: ChannelType
    address: Annotated[FreeText, Field(min_length=1, max_length=ADDRESS_CHARACTERS)]
    secret: Annotated[FreeText, Field(min_length=1, max_length=ADDRESS_CHARACTERS)] | None = None
    topics: Topics


class ChangedChannelBody(Body):
    """Topics of the channel from now on; ``enabled`` false: nothing is sent. Its address never changes."""

    topics: Topics
    enabled: bool


class TroubleView(View):
    """Reason why the last message could not be sent, and the remedy."""

    code: str
    message: str
    remedy: str
    at: Shown | None


class ChannelView(View):
    """A channel; ``address`` is masked, for nobody needs to read it again. ``trouble``: of the last message."""

    channel_id: str
    kind: ChannelType
    address: str
    signed: bool
    topics: list[Topic]
    enabled: bool
    created_at: Shown
    last_sent_at: Shown | None
    trouble: TroubleView | None


class OfferedChannel(View):
    """A kind of channel that this system can use, and the topics that it can carry."""

    kind: ChannelType
    topics: list[Topic]


class NotificationSettings(View):
    """Choices of a person; ``offered`` are the kinds of channels that can be added."""

    language: Language
    quiet_from: Clock | None
    quiet_until: Clock | None
    digest_at: Clock | None
    offered: list[OfferedChannel]
    channels: list[ChannelView]


class TestView(View):
    """A test message; poll it while ``waiting``, which takes seconds."""

    test_id: str
    state: Literal["waiting", "sent", "failed"]
    trouble: TroubleView | None
