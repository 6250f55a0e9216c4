"""Nothing starts on a database it must not work on: ends the command with a message instead."""

from cli.console import fail
from db.engine import connect
from runtime.fitness import Unfit, fit_sealer
from runtime.settings import Settings


def demand_fit(settings: Settings) -> None:
    """Demo data stays inside the sandbox, and every key that sealed something is at hand."""
    engine = connect(settings.database_url)
    try:
        fit_sealer(settings, engine)
    except Unfit as unfit:
        fail(unfit.chinese, unfit.english)
    finally:
        engine.dispose()
