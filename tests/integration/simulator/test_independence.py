"""The simulated office shares the format with us, and nothing else."""

import subprocess
import sys

from customs.xml import SCHEMAS
from tests.integration.simulator.process import ROOT

OURS = "activities api cli customs db domain identity runtime states worker workflows"
LOADED = f"""
import sys, simulator.__main__
print(*sorted({{module.split(".")[0] for module in sys.modules}} & set({OURS!r}.split())))
"""


def test_its_copy_of_the_schemas_is_ours_to_the_byte() -> None:
    copies = {path.name: path.read_bytes() for path in (ROOT / "simulator" / "schemas").iterdir()}
    assert copies == {path.name: path.read_bytes() for path in SCHEMAS.glob("*.xsd")}


def test_it_loads_none_of_our_packages() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
