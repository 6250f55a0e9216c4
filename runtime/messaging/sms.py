"""SMS through a gateway that Apprise knows; the operator names it, people give their number alone.

Apprise is imported when the first SMS leaves, and with a scheme of the list alone: it knows 170 services, some of which
run programs or write to this machine.
"""

from importlib import import_module

from domain.notifications.messages import Message
from domain.notifications.troubles import Trouble
from runtime.messaging.outcomes import NotSent
from runtime.settings import Settings

#: Schemes of gateways; ``jsons`` is a POST with a JSON body for one that has its own interface.
SCHEMES = frozenset(
    {
        *("bulksms", "burstsms", "clickatell", "d7sms", "infobip", "json", "jsons", "msgbird", "nexmo", "plivo"),
        *("seven", "sinch", "smpp", "smpps", "smseagle", "smseagles", "sns", "twilio", "vonage"),
    }
)
_PLACE = "{mobile}"


def send(settings: Settings, mobile: str, message: Message) -> None:
    """Sends a message to a number. Raises ``NotSent``; Apprise does not tell why it failed."""
    address = gateway(settings).replace(_PLACE, mobile)
    apprise = import_module("apprise")
    service = apprise.Apprise.instantiate(address, suppress_exceptions=True)
    if service is None:
        raise NotSent(Trouble.NOT_CONFIGURED)
    if not service.notify(body=f"{message.subject}\n{message.text}", body_format=apprise.NotifyFormat.TEXT):
        raise NotSent(Trouble.UNREACHABLE)


def gateway(settings: Settings) -> str:
    """Returns the address of the gateway. Raises ``NotSent`` when there is none that may be used."""
    if settings.sms_gateway_file is None:
        raise NotSent(Trouble.NOT_CONFIGURED)
    address = settings.sms_gateway_file.read_text("utf-8").strip()
    if address.partition("://")[0].lower() not in SCHEMES or _PLACE not in address:
        raise NotSent(Trouble.NOT_CONFIGURED)
    return address
