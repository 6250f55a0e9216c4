"""The API's process."""

from uvicorn import run
from uvicorn.importer import import_from_string

from cli.fitness import demand_fit
from runtime import logs
from runtime.settings import Settings

#: Doors know nothing of each other, so the application is named here, not imported.
FACTORY = "api.app:create_app"
#: Requests under way at SIGTERM may end within this.
GRACE_SECONDS = 4


def serve(host: str | None, port: int | None) -> None:
    """Serves until SIGTERM or SIGINT; host and port override the settings."""
    settings = Settings()
    demand_fit(settings)
    logs.configure(settings)
    run(
        import_from_string(FACTORY)(settings),
        host=host or settings.api_host,
        port=settings.api_port if port is None else port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
