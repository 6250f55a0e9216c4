"""The factory of the HTTP application: one set of collaborators per process, given to every route."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from api import events, health, notifications, templates
from api.appointments import (
    acts,
    agenda,
    attachments,
    exporting,
    known_declarations,
    listing,
    reading,
    signing,
    timeline,
    watching,
)
from api.appointments.batch import deleting, matching
from api.appointments.batch import routes as batch
from api.appointments.importing import routes as importing
from api.calendar_feed import routes as calendar_feed
from api.http.problems import Handlers
from api.identity import card_login, card_presence, colleagues, session
from api.identity.credentials import authenticate
from api.lifespan import opened
from api.messaging import routes as messaging
from api.middleware.body import BodyLimit
from api.middleware.clock import Clock
from api.middleware.guard import Guard
from api.middleware.origin import UiOrigin
from api.openapi import description
from api.operators import (
    appointments,
    approvals,
    calendar,
    calendar_edits,
    calendar_years,
    codec,
    deliveries,
    enterprises,
    figures,
    health_jobs,
    personal_search,
    plans,
    receipts,
    today,
    upkeep,
)
from api.operators.access import acts as operator_acts
from api.operators.access import cards, keys, lockouts, log, sessions, users
from api.operators.registers import changes as register_changes
from api.operators.registers import entries as register_entries
from api.operators.story import opened as story_opened
from api.operators.story import routes as story
from api.operators.story import temporal
from api.operators.worklists import routes as worklists
from api.page import docs
from api.page.build import Build
from api.page.routes import Page
from api.preferences import last_used
from api.preferences import settings as preferences
from api.receipts import routes as customs
from api.reference import consignees, lookup, schemas, states, windows, work_hours
from api.webhooks import routes as webhooks
from db.engine import connect as connect_database
from runtime.metrics import Metrics
from runtime.settings import Settings

#: More specific paths come before ``/{pre_entry_no}``.
ROUTERS = (
    *(agenda.router, exporting.router, watching.router, watching.operators_router, attachments.router, signing.router),
    *(
        customs.router,
        listing.router,
        batch.router,
        deleting.router,
        matching.router,
        importing.router,
        acts.router,
        reading.router,
        timeline.router,
        lookup.router,
    ),
    *(work_hours.router, windows.router, notifications.router, events.router, webhooks.router),
    *(appointments.router, receipts.router, deliveries.router, calendar.router, enterprises.router, health.router),
    *(users.router, keys.router, sessions.router, cards.router, lockouts.router, log.router, approvals.router),
    operator_acts.router,
    *(
        plans.router,
        upkeep.router,
        register_entries.router,
        register_entries.edits,
        register_changes.router,
        figures.router,
    ),
    *(calendar_years.router, calendar_edits.router),
    *(story.router, story_opened.router, temporal.router, personal_search.router),
    *(today.router, worklists.router, health_jobs.router),
    *(codec.router, session.router, card_login.router, card_presence.router, states.router, calendar_feed.router),
    *(schemas.router, known_declarations.router),
    *(messaging.router, preferences.router, last_used.router, consignees.router, templates.router, colleagues.router),
)

_DESCRIPTION = "海关非工作时间预约通关。Customs clearance by appointment, outside working hours."


def create_app(settings: Settings) -> FastAPI:
    """Returns an application that connects when it starts. It starts without Temporal, too; then it is not ready."""
    metrics = Metrics()
    engine = connect_database(settings.database_url)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opened(settings, metrics, engine) as ctx:
            app.state.context = ctx
            yield

    app = FastAPIOffline(
        title="预约通关 Yuyue",
        version="1",
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        generate_unique_id_function=description.operation_id,
    )
    app.openapi = partial(description.describe, app)  # type: ignore[method-assign]  # FastAPI's documented way
    Handlers.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.router.routes += [docs.route(app), *Page(Build.found()).routes()]
    # The one added last sees a request first.
    app.add_middleware(BodyLimit)
    app.add_middleware(Guard, authenticate=authenticate)
    app.add_middleware(UiOrigin, ui=settings.temporal_ui)
    app.add_middleware(Clock, metrics=metrics)
    return app
