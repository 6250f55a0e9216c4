"""A real OpenSSH server on 127.0.0.1 for the user who runs the tests: keys and configuration of its own."""

import getpass
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from cli.up.ports import free_base
from cli.up.process import dying_with_parent

PROGRAM = "/usr/sbin/sshd"
_CONFIGURATION = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/key.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxSessions 100
Subsystem sftp internal-sftp
"""
_DEADLINE_SECONDS = 30


class Sshd:
    """The server; ``key`` opens it, ``known_hosts`` has its host key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_base()
        self.key, self.known_hosts = folder / "key", folder / "known_hosts"
        for name in ("host", "key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
        host = (folder / "host.pub").read_text().split()
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {host[0]} {host[1]}\n")
        (folder / "sshd_config").write_text(_CONFIGURATION.format(port=self.port, folder=folder))
        self.start()

    def url(self, path: Path) -> str:
        """The address of a folder."""
        return f"sftp://{getpass.getuser()}@127.0.0.1:{self.port}{path}"

    def start(self) -> None:
        """Returns once it listens."""
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # where Debian's own service makes it
        command = dying_with_parent(PROGRAM, "-D", "-e", "-f", str(self.folder / "sshd_config"))
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while not self._listens():
            assert self._process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline, "sshd does not listen"
            time.sleep(0.02)

    def cut(self) -> None:
        """Ends every connection in the middle of what it does; the server goes on."""
        for child in psutil.Process(self._process.pid).children(recursive=True):
            child.send_signal(signal.SIGKILL)

    def stop(self) -> None:
        """Ends the server and its connections."""
        if self._process.poll() is None:
            self.cut()
            self._process.terminate()
            self._process.wait(_DEADLINE_SECONDS)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def sshd(folder: Path) -> Iterator[Sshd]:
    """A server that ends with the block."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = Sshd(folder)
    try:
        yield server
    finally:
        server.stop()
