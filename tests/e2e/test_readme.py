"""The walk through an appointment in the README, run word for word."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.instants import local_date
from tests.e2e.client import body
from tests.e2e.stack import Up

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(shutil.which("curl") is None, reason="the walk is by curl"),
]

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_appointment_by_curl_is_completed(stack: Up, readme: str) -> None:
    free_the_sunday(stack)
    walk = block_with(ROOT / readme, "OFFICE=")
    for written, here in places(stack).items():
        assert written in walk
        walk = walk.replace(written, here)
    walked = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", walk], capture_output=True, text=True, timeout=60, check=False
    )
    assert walked.returncode == 0, walked.stderr
    answers = [json.loads(each) for each in re.split(r"(?<=})(?={)", walked.stdout.replace("\n", ""))]
    states = [answer["state"] for answer in answers if "state" in answer]
    assert states[-1] == "succeeded"
    (feedback,) = (answer for answer in answers if "accepted" in answer)
    assert feedback["appointment"]["state"] == "completed"


def block_with(page: Path, text: str) -> str:
    """The one block of shell in which the text stands."""
    (found,) = (block for block in re.findall(r"```bash\n(.*?)```", page.read_text(), re.DOTALL) if text in block)
    return str(found)


def places(stack: Up) -> dict[str, str]:
    """Addresses in the page → those of this stack."""
    ready = stack.ready
    return {
        "http://127.0.0.1:8080": ready["api"],
        "http://127.0.0.1:8083": ready["simulator"],
        ".yuyue/": f"{ready['data_dir']}/",
    }


def free_the_sunday(stack: Up) -> None:
    """Publishes work on the Saturday and none on the Sunday after next, over any other calendar."""
    today = local_date(datetime.now(UTC))
    first = today + timedelta(days=(6 - today.weekday()) % 7)
    with stack.client("operator") as operator:
        for days, sessions in {6: [["08:30", "17:00"]], 7: []}.items():
            day = first + timedelta(days=days)
            body(operator.put(f"/ops/v1/ports/2233/calendar/{day}", json={"sessions": sessions, "note": "e2e"}))
