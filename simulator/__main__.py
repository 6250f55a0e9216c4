"""Runs ``python -m simulator --port P --receipts-url URL --receipts-key-env NAME --database FILE``."""

import argparse
import asyncio
import logging
import os
import socket
import sqlite3
import ssl
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from simulator.app import NOTICE, create_app
from simulator.boxes import Boxes
from simulator.envelopes import EnvelopeOpener


def main() -> None:
    """Serves on 127.0.0.1 until SIGTERM or SIGINT."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    _require_free_port(options.port)
    try:
        boxes = Boxes(options.boxes, options.envelopes) if options.boxes else None
        app = create_app(options.database, options.receipts_url, options.key, options.envelopes, boxes=boxes)
    except (OSError, sqlite3.Error) as error:
        sys.exit(f"✗ 无法使用 {options.database}:{error}\n  {options.database} cannot be used, name another: {error}")
    asyncio.run(_serve(app, options))


async def _serve(app: FastAPI, options: argparse.Namespace) -> None:
    """Serves on the port and, with ``--tls-port``, to holders of a client certificate on that one."""
    main = uvicorn.Server(_config(app, options.port))
    if options.tls_port is None:
        await main.serve()
        return
    tls = _config(
        app,
        options.tls_port,
        lifespan="off",
        ssl_certfile=options.tls_certificate,
        ssl_keyfile=options.tls_key,
        ssl_ca_certs=str(options.client_authorities),
        ssl_cert_reqs=ssl.CERT_REQUIRED,
    )
    second = _Second(tls)
    serving = asyncio.create_task(second.serve())
    await main.serve()
    second.should_exit = True
    await serving


class _Second(uvicorn.Server):
    """A server beside another one, which handles the signals for both."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def _config(app: FastAPI, port: int, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        **more,
    )


def _require_free_port(port: int) -> None:
    """Ends the process when it cannot listen on the port."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        sys.exit(f"✗ 无法监听端口 {port}，请用 --port 另选\n  cannot listen on port {port}, choose another: {error}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=NOTICE)
    parser.add_argument("--port", type=int, required=True, help="on 127.0.0.1")
    parser.add_argument("--receipts-url", type=_http_url, required=True, help="where receipts are posted")
    parser.add_argument("--receipts-key-env", metavar="NAME", help="environment variable that holds the bearer key")
    parser.add_argument("--database", type=Path, required=True, help="SQLite file; made when it is not there")
    parser.add_argument(
        "--boxes", type=Path, help="folder of OutBox, SentBox, InBox and FailBox; messages come there too"
    )
    parser.add_argument("--certificate", type=Path, help="PEM; messages may come in envelopes for it")
    parser.add_argument("--certificate-key", type=Path, help="PEM, its key, P-256")
    parser.add_argument("--only-enveloped", action="store_true", help="take no message without its envelope")
    parser.add_argument("--tls-port", type=int, help="also on this port, to holders of a client certificate alone")
    parser.add_argument("--tls-certificate", type=Path, help="PEM, of the TLS port")
    parser.add_argument("--tls-key", type=Path, help="PEM, its key")
    parser.add_argument("--client-authorities", type=Path, help="PEM, who issues client certificates")
    options = parser.parse_args()
    if options.tls_port is not None and not (
        options.tls_certificate and options.tls_key and options.client_authorities
    ):
        parser.error("--tls-port needs --tls-certificate, --tls-key and --client-authorities")
    if bool(options.certificate) != bool(options.certificate_key) or (
        options.only_enveloped and not options.certificate
    ):
        parser.error("--certificate and --certificate-key come together, and before --only-enveloped")
    options.envelopes = EnvelopeOpener(
        options.certificate, options.certificate_key, only_enveloped=options.only_enveloped
    )
    options.key = None
    if options.receipts_key_env:
        options.key = os.environ.get(options.receipts_key_env)
        if not options.key:
            parser.error(f"environment variable {options.receipts_key_env} is not set")
    return options


def _http_url(text: str) -> str:
    if urlsplit(text).scheme not in {"http", "https"} or not urlsplit(text).hostname:
        raise argparse.ArgumentTypeError("must be an http or https address")
    return text


if __name__ == "__main__":
    main()
