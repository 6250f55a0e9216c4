"""Runs the card program: ``python -m card_agent``, or ``yuyue card-agent``."""

import argparse
import logging
import re
import socket
import sys
from pathlib import Path

import uvicorn

from card_agent.app import create_app
from card_agent.pairing import pairing_code
from card_agent.port import Backend
from card_agent.software import SoftwareCards

PORT = 8084
NO_READERS = (
    "本机未安装读卡器支持（PC/SC、pyscard）：请运行 make card，或安装 yuyue[card]；也可以 --cards 使用软件卡\n"
    "no readers here (PC/SC, pyscard): run `make card` or install yuyue[card], or use software cards with --cards"
)
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")


def main() -> None:
    """Serves on 127.0.0.1 until SIGTERM or SIGINT."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    _require_free_port(options.port)
    app = create_app(_backend(options.cards), options.origins, _pairing_code(options.pairing))
    logging.getLogger("card_agent").info("配对码文件 pairing code in %s", options.pairing)
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=options.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws_max_size=64 * 1024,
        timeout_graceful_shutdown=2,
    )


def _require_free_port(port: int) -> None:
    """Ends the process when it cannot listen on the port."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        sys.exit(f"✗ 无法监听端口 {port}，请用 --port 另选\n  cannot listen on port {port}, choose another: {error}")


def _pairing_code(path: Path) -> str:
    try:
        return pairing_code(path)
    except (OSError, ValueError) as error:
        sys.exit(
            f"✗ 无法使用配对码文件 {path}，请修复或用 --pairing 另选\n"
            f"  the pairing code's file {path} cannot be used, mend it or name another with --pairing: {error}"
        )


def _backend(cards: Path | None) -> Backend:
    if cards is not None:
        return SoftwareCards(cards)
    try:
        from card_agent.pcsc import PcscCards  # noqa: PLC0415 pyscard needs PC/SC, which a machine may lack
    except ImportError as error:
        sys.exit(f"{NO_READERS}\n{error}")
    return PcscCards()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="yuyue card-agent", description=(__doc__ or "").strip())
    parser.add_argument("--port", type=int, default=PORT, help="on 127.0.0.1")
    parser.add_argument(
        "--origin", dest="origins", type=_origin, action="append", required=True, help="a page's own address; repeat"
    )
    parser.add_argument("--cards", type=Path, help="folder of software cards, instead of readers: NOT cards")
    parser.add_argument(
        "--pairing", type=Path, default=Path.home() / ".yuyue-card" / "pairing-code", help="file of the pairing code"
    )
    return parser.parse_args()


def _origin(text: str) -> str:
    if not _ORIGIN.fullmatch(text):
        raise argparse.ArgumentTypeError("an origin is https://host or https://host:port, in small letters")
    return text


if __name__ == "__main__":
    main()
