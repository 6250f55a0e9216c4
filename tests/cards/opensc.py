"""OpenSC and OpenSSL as judges: they know nothing of our code."""

import os
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from tests.cards.reader import SECONDS, Reader

MODULE = next(iter(sorted(Path("/usr/lib").glob("*/opensc-pkcs11.so"))), Path("opensc-pkcs11.so"))
#: By the kind of the key: the PKCS#11 mechanism, and what is handed to it.
ASKED: dict[str, tuple[tuple[str, ...], Callable[[bytes], bytes]]] = {
    "p256": (("--mechanism", "ECDSA", "--signature-format", "openssl"), lambda data: sha256(data).digest()),
    "rsa": (("--mechanism", "SHA256-RSA-PKCS"), bytes),
}
#: PKCS#11 ids of the PIV keys.
LOGIN, SIGNING = "01", "02"


class Tools:
    """Programs of Debian, at a private reader."""

    def __init__(self, reader: Reader, folder: Path) -> None:
        self._environment = {**os.environ, **reader.environment}
        self._folder = folder

    def certificate(self, key: str) -> bytes:
        """DER, as OpenSC reads it."""
        out = self._folder / f"{key}.der"
        done = self._pkcs11("--read-object", "--type", "cert", "--id", key, "--output-file", str(out))
        assert done.returncode == 0, done.stderr
        return out.read_bytes()

    def signs(self, data: bytes, pin: str | None, key: str = LOGIN, kind: str = "p256") -> bool:
        """Returns True if the card signs; the signature is in ``signature``."""
        mechanism, asked = ASKED[kind]
        (self._folder / "asked").write_bytes(asked(data))
        given = ["--login", "--pin", pin] if pin else []
        done = self._pkcs11(
            *("--sign", "--id", key, *mechanism),
            *("--input-file", str(self._folder / "asked"), "--output-file", str(self.signature), *given),
        )
        return done.returncode == 0 and self.signature.exists() and self.signature.stat().st_size > 0

    @property
    def signature(self) -> Path:
        return self._folder / "signature"

    def sees_no_card(self) -> bool:
        """Returns True if OpenSC is kept from the card."""
        return self._run("opensc-tool", "--serial").returncode != 0

    def openssl_accepts(self, data: bytes, certificate: bytes) -> bool:
        """Returns True if the last signature is one of the data by the certificate's key."""
        paths = [self._folder / name for name in ("cert.der", "key.pem", "data")]
        paths[0].write_bytes(certificate)
        paths[2].write_bytes(data)
        read = self._run("openssl", "x509", "-inform", "DER", "-in", str(paths[0]), "-pubkey", "-noout")
        assert read.returncode == 0, read.stderr
        paths[1].write_text(read.stdout)
        verify = ("dgst", "-sha256", "-verify", str(paths[1]), "-signature", str(self.signature), str(paths[2]))
        return self._run("openssl", *verify).returncode == 0

    def openssl_accepts_cms(self, signed: bytes, data: bytes) -> bool:
        """Returns True for a signature of the data by the certificate in it, without a look at the holder."""
        paths = [self._folder / name for name in ("signed.der", "signed")]
        for path, content in zip(paths, (signed, data), strict=True):
            path.write_bytes(content)
        asked = ("-verify", "-noverify", "-binary", "-inform", "DER", "-in", str(paths[0]), "-content", str(paths[1]))
        return self._run("openssl", "cms", *asked, "-out", os.devnull).returncode == 0

    def _pkcs11(self, *options: str) -> "subprocess.CompletedProcess[str]":
        return self._run("pkcs11-tool", "--module", str(MODULE), *options)

    def _run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
