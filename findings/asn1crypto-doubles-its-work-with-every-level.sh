#!/usr/bin/env bash
# Writing an ASN.1 structure should cost about as much as it has parts. A Sequence of asn1crypto with a field that has a
# default value (a version, a flag, a hash algorithm, as in certificates, CMS and time stamps) renders all its other
# fields once when it is put together and once more when it is written, and each of these asks its own parts again: every
# level that a thing is put into doubles the number of times the innermost one is rendered. What has been read, or was
# written and read back, is not rendered: X.load(x.dump()) between two levels makes it linear.
#
# Counts how often the innermost value is rendered, for structures of 1 to 8 levels. Ends with 1 when the behaviour is
# another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check asn1crypto==1.5.1
"$folder/venv/bin/python" - <<'PY'
from itertools import pairwise

from asn1crypto import core, version

print("asn1crypto", version.__version__)
rendered = 0


class Innermost(core.Integer):
    def dump(self, force=False):
        global rendered
        rendered += 1
        return super().dump(force)


def around(inner):
    """Returns the type of a sequence that holds the other one and a version that is 1 by default."""
    return type("Level", (core.Sequence,), {"_fields": [("inner", inner), ("version", core.Integer, {"default": 1})]})


def count(levels, *, read_back):
    """Returns how often the innermost value is rendered until the whole stands in bytes."""
    global rendered
    rendered, kind = 0, Innermost
    value = Innermost(5)
    for _ in range(levels):
        kind = around(kind)
        value = kind({"inner": value})
        if read_back:
            value = kind.load(value.dump())
    value.dump()
    return rendered


built = [count(levels, read_back=False) for levels in range(1, 9)]
careful = [count(levels, read_back=True) for levels in range(1, 9)]
print("levels                1..8")
print("as it is put together", built)
print("read back each time  ", careful)
doubles = all(after >= 1.8 * before for before, after in pairwise(built))
raise SystemExit(0 if doubles and max(careful) <= 4 else 1)
PY
echo "the behaviour is as described"
