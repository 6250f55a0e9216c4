"""A real server that speaks S3, with a bucket of ours, on ports of its own."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import httpx

from cli.up.ports import FREE_BASES, is_free

WEED = Path(sys.executable).with_name("weed")
BUCKET, KEY, SECRET = "yuyue", "key", "secret-of-the-test"
_PORTS = ("master", "volume", "filer", "s3")


class Seaweed(NamedTuple):
    """The settings with which a process finds the store."""

    environment: dict[str, str]
    process: "subprocess.Popen[bytes]"


@contextmanager
def seaweed(folder: Path) -> Iterator[Seaweed]:
    """Runs for the length of the block."""
    ports = dict(zip([*_PORTS, *(f"{name}.port.grpc" for name in _PORTS)], _free_ports(8), strict=True))
    credentials = {"accessKey": KEY, "secretKey": SECRET}
    identity = {"name": "yuyue", "credentials": [credentials], "actions": ["Admin", "Read", "Write", "List"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    command = [str(WEED), "-logtostderr", "server", "-dir", str(folder), "-ip", "127.0.0.1", "-ip.bind", "127.0.0.1"]
    command += ["-filer", "-s3", "-s3.config", str(folder / "s3.json"), "-volume.max", "8"]
    for name in _PORTS:
        command += [f"-{name}.port", str(ports[name]), f"-{name}.port.grpc", str(ports[f"{name}.port.grpc"])]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, "-master.volumeSizeLimitMB", "64"], stdout=log, stderr=log, cwd=folder)
    try:
        endpoint = f"http://127.0.0.1:{ports['s3']}"
        _wait(f"{endpoint}/status", folder / "log")
        _make_bucket(f"127.0.0.1:{ports['master']}.{ports['master.port.grpc']}")
        yield Seaweed(_environment(endpoint), process)
    finally:
        process.kill()  # its own way out takes half a minute, and nothing of it is kept
        process.wait()


def _environment(endpoint: str) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }


def _make_bucket(master: str) -> None:
    order = f"s3.bucket.create -name {BUCKET}\n".encode()
    command = [str(WEED), "shell", "-master", master]
    done = subprocess.run(command, input=order, capture_output=True, timeout=30, check=False)
    assert b"created bucket" in done.stdout, done.stdout + done.stderr


def _wait(url: str, log: Path) -> None:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        try:
            if httpx.get(url, timeout=1, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError(log.read_text(errors="replace")[-2000:])


def _free_ports(count: int) -> list[int]:
    """Ports that the kernel hands out to nobody before the server has taken them."""
    low, high = FREE_BASES.start, FREE_BASES.stop
    return list(islice(filter(is_free, random.sample(range(low, high), high - low)), count))
