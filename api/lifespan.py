"""Opens the collaborators of the process at its start and closes them at its end."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine

from api.commands import Commands
from api.context import Context
from api.key_usage import writing_key_usage
from api.live_updates import LiveUpdates
from identity.services import IdentityServices
from runtime import garbage, temporal
from runtime.card_trust import trusted
from runtime.dispatch.dispatcher import Dispatcher
from runtime.inspection.pool import Inspectors
from runtime.metrics import Metrics
from runtime.objects import Objects
from runtime.settings import Settings
from runtime.startup_checks import startup_sealer


@asynccontextmanager
async def opened(settings: Settings, metrics: Metrics, engine: Engine) -> AsyncIterator[Context]:
    """Gives the collaborators while the background tasks run; disposes of the engine at the end."""
    async with AsyncExitStack() as closing:
        closing.callback(engine.dispose)
        ctx = await _context(settings, metrics, engine)
        closing.callback(ctx.services.close)
        closing.push_async_callback(ctx.feed.close)
        closing.push_async_callback(ctx.inspectors.close)
        await closing.enter_async_context(writing_key_usage(ctx))
        garbage.set_aside()
        yield ctx


async def _context(settings: Settings, metrics: Metrics, engine: Engine) -> Context:
    client = await temporal.connect(settings, lazy=True)
    dispatcher = Dispatcher.of(settings, engine, client, metrics)
    sealer = await run_in_threadpool(startup_sealer, settings, engine)
    return Context(
        settings=settings,
        policy=settings.policy(),
        engine=engine,
        client=client,
        dispatcher=dispatcher,
        commands=Commands(dispatcher),
        sealer=sealer,
        metrics=metrics,
        services=await run_in_threadpool(IdentityServices.open, settings, engine, sealer.fingerprint),
        objects=await run_in_threadpool(Objects.of, settings, sealer),
        inspectors=Inspectors(),
        feed=LiveUpdates(engine, pause_seconds=settings.feed_seconds),
        trust=await run_in_threadpool(trusted, settings),
    )
