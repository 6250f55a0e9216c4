"""The program that inspects: ``python -I -m runtime.inspection.child``, kept warm; it forks for each file.

It reads files from its input, each after its length (8 bytes, big-endian), and writes one line of JSON for each:
``{"pages": […], "refused": …, "facts": {…}, "peak_kib": …}``; ``refused`` is None for a file that was inspected. It
never parses a file itself: a fork does, under limits and as ``nobody`` where it may, which leaves nothing behind
for the next file. It ends when its input does, so it cannot outlive its parent.
"""

import contextlib
import gc
import json
import logging
import os
import select
import signal
import sys
import time
from typing import Any, BinaryIO, NoReturn

from runtime.confining import confine
from runtime.inspection.judging import judge, load
from runtime.inspection.warmup_pdf import SPECIMEN

MEMORY_BYTES = 384 * 1024**2
CPU_SECONDS = 5
WALL_SECONDS = 8.0
#: Longer than any file that is taken.
MAX_BYTES = 64 * 1024**2
#: Longer than any verdict.
MAX_ANSWER = 1024**2

Answer = dict[str, Any]


def main() -> None:
    """Answers requests until the input ends."""
    logging.getLogger().addHandler(logging.NullHandler())  # the judge alone handles the warnings of pypdf
    load()
    judge(SPECIMEN)  # this loads all modules: a fork may read no file
    gc.collect()
    gc.freeze()
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    answers.write(b"ready\n")
    answers.flush()
    while (data := _next(questions)) is not None:
        answer = _inspect(data)
        del data
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _next(questions: BinaryIO) -> bytes | None:
    """Returns the next file; None when there is none, or only a part of it."""
    length = int.from_bytes(questions.read(8))
    if not 0 <= length <= MAX_BYTES:
        return None
    data = questions.read(length)
    # An empty file would look like the end of the input here: the caller answers for it.
    return data if length and len(data) == length else None


def _inspect(data: bytes) -> Answer:
    """Returns the answer of the fork, or a verdict on how it ended."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        _be_the_fork(data, writing)
    os.close(writing)
    said = _output(reading, pid)
    os.close(reading)
    _, status, used = os.wait4(pid, 0)
    return _answer(said, status) | {"peak_kib": used.ru_maxrss}


def _be_the_fork(data: bytes, writing: int) -> NoReturn:
    """Judges the file and ends this process; never returns."""
    code = 1
    with contextlib.suppress(BaseException):  # the exit code says that it failed
        confine(writing, memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS)
        verdict = judge(data)
        os.write(writing, json.dumps(verdict._asdict()).encode())
        code = 0
    os._exit(code)


def _output(reading: int, pid: int) -> bytes:
    """Returns everything that the fork writes; nothing when its time is up."""
    parts, give_up = list[bytes](), time.monotonic() + WALL_SECONDS
    while sum(map(len, parts)) < MAX_ANSWER:
        ready, _, _ = select.select([reading], [], [], max(0.0, give_up - time.monotonic()))
        if not ready:
            os.kill(pid, signal.SIGKILL)
            return b""
        part = os.read(reading, 65_536)
        if not part:
            break
        parts.append(part)
    return b"".join(parts)


def _answer(said: bytes, status: int) -> Answer:
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0 and said:
        return dict(json.loads(said))
    if os.WIFSIGNALED(status):
        return _too_complex(_ENDED.get(os.WTERMSIG(status), "crash"))
    return _too_complex("crash")


#: How a fork that went beyond its limits ends.
_ENDED: dict[int, str] = {signal.SIGXCPU: "time", signal.SIGKILL: "time"}


def _too_complex(reason: str) -> Answer:
    return {"pages": [], "refused": "document.too_complex", "facts": {"reason": f"inspection_{reason}"}}


if __name__ == "__main__":
    main()
