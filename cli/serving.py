"""The API's process."""

import socket

from uvicorn import run
from uvicorn.importer import import_from_string

from cli.console import fail
from cli.startup import check_startup
from runtime import logs
from runtime.settings import Settings

#: `cli` must not import `api`, so the application is named here.
FACTORY = "api.app:create_app"
#: The time for requests under way at SIGTERM.
GRACE_SECONDS = 4


def serve(host: str | None, port: int | None) -> None:
    """Serves until SIGTERM or SIGINT; host and port override the settings."""
    settings = Settings()
    address = (host or settings.api_host, settings.api_port if port is None else port)
    check_startup(settings)
    demand_free(*address)
    logs.configure(settings)
    run(
        import_from_string(FACTORY)(settings),
        host=address[0],
        port=address[1],
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def demand_free(host: str, port: int) -> None:
    """Ends the command when it cannot listen there; the server itself would only log the bare error."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        said = error.strerror or str(error)
        fail(
            f"无法监听 {host}:{port}（{said}），请用 --host、--port 或 YUYUE_API_HOST、YUYUE_API_PORT 另选地址",
            f"cannot listen on {host}:{port} ({said}): "
            "choose another address with --host, --port or YUYUE_API_HOST, YUYUE_API_PORT",
        )
