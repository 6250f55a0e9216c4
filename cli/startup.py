"""The check of a command that starts a process."""

from cli.console import fail
from db.engine import connect
from runtime.card_trust import trusted
from runtime.message_encryption import Addressee, CertificateError
from runtime.objects import Objects
from runtime.settings import Settings
from runtime.startup_checks import StartupRefused, startup_sealer
from signing.anchors import TrustError


def check_startup(settings: Settings) -> None:
    """Ends the command unless a process may work under these settings.

    Demo data and demo certificates stay inside the sandbox, every key that sealed something is at hand, and files
    have a folder.
    """
    engine = connect(settings.database_url)
    try:
        Objects.of(settings, startup_sealer(settings, engine))  # makes its folder, or says that it cannot
        trusted(settings)
        Addressee.of(settings)
    except StartupRefused as refused:
        fail(refused.chinese, refused.english)
    except TrustError as error:
        fail("信任目录 YUYUE_TRUST_DIR 不可用", f"the trust folder cannot be used: {error}")
    except CertificateError as error:
        fail("海关证书 YUYUE_CUSTOMS_CERTIFICATE 不可用", f"customs' certificate cannot be used: {error}")
    finally:
        engine.dispose()
