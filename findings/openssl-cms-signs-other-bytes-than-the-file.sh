#!/usr/bin/env bash
# A detached signature is expected to be made over the bytes of the file. `openssl cms -sign` takes its input for a mail:
# it turns each line feed into CR LF before it computes the digest, also where the output is DER and nothing of it is a
# mail. The signature of an XML file with ordinary line ends then holds the digest of bytes that nobody has, and a verifier
# that hashes the file refuses it; `openssl cms -verify` does the same conversion and finds it good. A file of one line is
# signed rightly, so a first trial with a short text shows nothing. -binary leaves the bytes alone, on both sides.
#
# Signs one file in both ways with a key made for it. Needs openssl. Ends with 1 when the behaviour is another one.
set -euo pipefail

command -v openssl >/dev/null || { echo "openssl is missing: apt-get install openssl" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check asn1crypto==1.5.1
openssl version
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out certificate.pem -days 2 \
  -subj "/CN=example" 2>/dev/null
printf '<statement>\n  <number>1</number>\n</statement>\n' >statement.xml
for how in text binary; do
  options=(-sign -in statement.xml -signer certificate.pem -inkey key.pem -md sha256 -outform DER -out "$how.der")
  [ "$how" = text ] || options+=(-binary)
  openssl cms "${options[@]}"
done
openssl cms -verify -inform DER -in text.der -content statement.xml -CAfile certificate.pem -out /dev/null
venv/bin/python - <<'PY'
from hashlib import sha256
from pathlib import Path

from asn1crypto.cms import ContentInfo

signed = Path("statement.xml").read_bytes()
digests = {"the file": sha256(signed).digest(), "the file with CR LF": sha256(signed.replace(b"\n", b"\r\n")).digest()}


def signed_bytes(path):
    """Returns which bytes the signature's message digest belongs to."""
    [signer] = ContentInfo.load(Path(path).read_bytes())["content"]["signer_infos"]
    attributes = {attribute["type"].native: attribute["values"] for attribute in signer["signed_attrs"]}
    digest = attributes["message_digest"][0].native
    return next((name for name, value in digests.items() if value == digest), "something else")


found = {how: signed_bytes(f"{how}.der") for how in ("text", "binary")}
print(f"openssl cms -sign: the digest is of {found['text']}; with -binary: of {found['binary']}")
raise SystemExit(0 if found == {"text": "the file with CR LF", "binary": "the file"} else 1)
PY
echo "the behaviour is as described"
