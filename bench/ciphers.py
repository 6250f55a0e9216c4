"""`python -m bench.ciphers`: what it costs that files and messages are encrypted, beside doing without."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from more_itertools import sliced
from rich.table import Table

from cli.console import out
from cli.pki.authority import Authority
from runtime.ciphers import Algorithm
from runtime.message_encryption import Addressee
from runtime.sealed_files import CHUNK_BYTES, opened, sealed
from runtime.sealing import Keyring, Sealer, new_key

#: As large as a file may be, and a message with its signature as most are.
FILE_BYTES, MESSAGE_BYTES = 4 * 1024**2, 8 * 1024

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

Act = Callable[[], object]


class Compared(NamedTuple):
    """Milliseconds of processor time, the middle of all turns: by each algorithm, and without encryption."""

    name: str
    aes: float
    sm4: float
    bare: float


@app.command()
def main(turns: Annotated[int, typer.Option(min=3, help="次数 / turns of each")] = 30) -> None:
    """比较加密与不加密。Compares encrypting with doing without; checks nothing."""
    shown = Table("", "AES-256-GCM", "SM4-GCM", "不加密 bare", title="加密 encryption, CPU ms", title_justify="left")
    with tempfile.TemporaryDirectory() as folder:
        for each in (*_files(turns), _envelopes(Path(folder), turns)):
            shown.add_row(each.name, *(f"{ms:.2f}" for ms in each[1:]))
    out().print(shown)


def _files(turns: int) -> tuple[Compared, Compared]:
    """Bare is what is done to a file anyway: its SHA-256."""
    content = os.urandom(FILE_BYTES)
    digest = sha256(content).hexdigest()
    rings = [Sealer(Keyring.parse(f"k:{new_key(each)}", new_key())) for each in Algorithm]
    stored = [b"".join(sealed(ring, digest, [content])) for ring in rings]

    def putting(ring: Sealer) -> Act:
        return lambda: list(sealed(ring, digest, _pieces(content)))

    def getting(ring: Sealer, file: bytes) -> Act:
        return lambda: list(opened(ring, digest, _pieces(file)))

    def hashing() -> object:
        return sha256(content)

    size = f"{FILE_BYTES / 1024**2:.0f} MiB"
    put = _together(turns, *map(putting, rings), hashing)
    get = _together(turns, *map(getting, rings, stored), hashing)
    return Compared(f"附件写入 a file put, {size}", *put), Compared(f"附件读出 a file read, {size}", *get)


def _envelopes(folder: Path, turns: int) -> Compared:
    """Bare is the message as it is."""
    now, message = datetime.now(UTC), bytes(MESSAGE_BYTES)
    customs = Authority.create(folder / "pki", now).office(now)
    to = [Addressee(customs / "customs.pem", each) for each in Algorithm]
    acts: list[Act] = [partial(each.enclose, message) for each in to]
    return Compared("数字信封 an envelope, 8 kB", *_together(turns, *acts, lambda: bytes(message)))


def _pieces(content: bytes) -> list[bytes]:
    return list(sliced(content, CHUNK_BYTES))


def _together(turns: int, *acts: Act) -> tuple[float, float, float]:
    """All take turns, so that a machine that slows down slows all."""
    times = [[_timed(act) for act in acts] for _ in range(turns)]
    aes, sm4, bare = (statistics.median(column) for column in zip(*times, strict=True))
    return aes, sm4, bare


def _timed(act: Act) -> float:
    began = time.thread_time()
    act()
    return (time.thread_time() - began) * 1000


if __name__ == "__main__":
    app()
