"""The API key of a program, in a file that its owner alone can read."""

import stat
from pathlib import Path

import httpx

from cli.console import fail


class KeyFile:
    """Puts the key into every request; it is read each time, so that it is replaced without a restart."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.read()

    def __call__(self, request: httpx.Request) -> httpx.Request:
        """Returns the request with the key."""
        request.headers["Authorization"] = f"Bearer {self.read()}"
        return request

    def read(self) -> str:
        """Returns the key; ends the command when it cannot be read, or others can read it."""
        path = self._path
        try:
            mode, key = path.stat().st_mode, path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            fail(f"无法读取密钥文件 {path}", f"the key file {path} cannot be read")
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            fail(f"其他人可以读取密钥文件，请执行 chmod 600 {path}", f"others can read the key file: chmod 600 {path}")
        return key


def check_address(api: str) -> None:
    """Ends the command when the key would cross a network in plain text."""
    url = httpx.URL(api)
    if url.scheme == "https" or (url.scheme == "http" and url.host in {"127.0.0.1", "localhost", "::1"}):
        return
    fail("接口地址应以 https:// 开头（本机除外）", "the address must begin with https://, except on this machine")
