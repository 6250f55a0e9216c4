"""docs/signatures.md tells how to make an authority with OpenSSL and how to sign: its lines are run as they stand."""

import base64
import os
import re
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, content, refused
from tests.integration.api.conftest import staffed

PAGE = Path(__file__).parents[3] / "docs" / "signatures.md"
#: The blocks of the page, in their order.
AUTHORITY, CARD, TRUST, SIGN = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def run(lines: str, folder: Path) -> None:
    """Runs the lines as a careful shell does."""
    subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", lines],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        check=True,
        capture_output=True,
        timeout=60,
    )


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder after the lines for the authority, the card and the trust folder."""
    folder = tmp_path_factory.mktemp("authority")
    for lines in (AUTHORITY, CARD, TRUST):
        run(lines, folder)
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stack(
    server: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory, environ: pytest.MonkeyPatch, authority: Path
) -> AsyncIterator[ApiStack]:
    """A door that asks for a signature always, and trusts that authority alone."""
    folder = tmp_path_factory.mktemp("trusting")
    policy = folder / "policy.toml"
    policy.write_text('[signature]\nrequired = "always"\n')
    async with staffed(server, environ, folder, policy_file=policy, trust_dir=authority / "trust") as stack:
        yield stack


async def submitted(stack: ApiStack, folder: Path, lines: str = SIGN, name: str = "general") -> Any:
    """The answer to a submission that is signed by these lines."""
    async with stack.client(name) as client:
        number = body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"]
        offer = body(await client.post(f"{APPOINTMENTS}/{number}/signing-request", json={"act": "submission"}), 201)
        (folder / "statement.xml").write_bytes(base64.b64decode(offer["statement"]))
        run(lines, folder)
        cms = base64.b64encode((folder / "statement.cms").read_bytes()).decode()
        signature = {"nonce": offer["nonce"], "cms": cms}
        return await client.post(f"{APPOINTMENTS}/{number}/submission", json={"signature": signature})


async def test_the_documented_lines_make_a_card_whose_signature_is_taken(stack: ApiStack, authority: Path) -> None:
    assert body(await submitted(stack, authority))["state"] == "submitted"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (lambda lines: lines.replace("-cades ", ""), "signature.attributes"),
        (lambda lines: lines.replace("-nosmimecap ", ""), "signature.attributes"),
        # Every statement has a line feed after its first line, which OpenSSL would sign as CR LF.
        (lambda lines: lines.replace("-binary ", ""), "signature.content_differs"),
        (lambda lines: lines.replace("signing.", "login."), "signature.login_key"),
    ],
)
async def test_no_part_of_the_documented_line_may_be_left_out(
    stack: ApiStack, authority: Path, changed: Callable[[str], str], code: str
) -> None:
    lines = changed(SIGN)
    assert lines != SIGN
    assert refused(await submitted(stack, authority, lines), 422) == [code]


async def test_the_documented_address_alone_says_for_whom_a_card_acts(stack: ApiStack, authority: Path) -> None:
    """Another enterprise's card, and one without the address, made by the same lines but for that one."""
    other = CARD.replace("CODE=3122260002", "CODE=3122260001").replace("$use", "other_$use")
    assert other != CARD
    run(re.sub(r"-extensions other_\$use", "-extensions $use", other), authority)
    answer = await submitted(stack, authority, SIGN.replace("signing.", "other_signing."))
    assert refused(answer, 422) == ["signature.other_enterprise"]
    config = authority / "authority.cnf"
    told = config.read_text("utf-8")
    config.write_text(re.sub(r"^subjectAltName.*\n", "", told, flags=re.MULTILINE), "utf-8")
    run(CARD.replace("for use in signing login", "for use in signing"), authority)
    config.write_text(told, "utf-8")
    assert refused(await submitted(stack, authority), 422) == ["signature.holder_unnamed"]
