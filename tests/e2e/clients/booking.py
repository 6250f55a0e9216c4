"""Books one appointment with the client that openapi-python-client generates: `booking.py TASK`.

``TASK`` is JSON: ``{api, key, customs_key, consignee, window_start, declaration, pdf, receipt}``. Prints what came of
it as JSON. Like any outsider's program, it knows the generated package and nothing of ours.
"""

import json
import sys
import time
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from yuyue_client import AuthenticatedClient
from yuyue_client.api.appointments import (
    create_appointment,
    export_appointments,
    feed_back_declarations,
    get_appointment,
    submit_appointment,
)
from yuyue_client.api.attachments import download_attachment, upload_attachment
from yuyue_client.api.calendar_feed import create_calendar_feed, download_calendar
from yuyue_client.api.customs import receive_receipt
from yuyue_client.models import ContentBody, FeedbackBody, GoodsBody, Problem, UploadAttachmentBody
from yuyue_client.types import File

LIMIT_SECONDS = 60


def main(task: dict[str, str]) -> dict[str, Any]:
    with AuthenticatedClient(base_url=task["api"], token=task["key"]) as client:
        draft = create_appointment.sync(client=client, body=_content(task))
        number = draft.pre_entry_no
        attachment_id = _upload(client, number, Path(task["pdf"]))
        submit_appointment.sync(number, client=client)
        approved = _approved(client, number)
        answer = feed_back_declarations.sync(
            number, client=client, body=FeedbackBody(declaration_numbers=[task["declaration"]])
        )
        return {
            "pre_entry_no": number,
            "state": answer.appointment.state,
            "accepted": [each.number for each in answer.accepted],
            "window_start": approved.content.window_start.isoformat(),
            "pdf": download_attachment.sync(number, attachment_id, client=client).payload.read().hex(),
            "csv": _exported(client, number, "csv").decode("utf-8-sig"),
            "xlsx": _exported(client, number, "xlsx")[:4].hex(),
            "calendar": _calendar(client),
            "receipt": _received(task),
            "refused": _code(get_appointment.sync("0" * 18, client=client)),
        }


def _content(task: dict[str, str]) -> ContentBody:
    return ContentBody(
        consignee_code=task["consignee"],
        contact_name="王小明",
        contact_mobile="13800138000",
        declaration_port="2233",
        entry_exit_port="2233",
        transport_mode="5",
        direction="I",
        window_start=datetime.fromisoformat(task["window_start"]),
        reason="鲜活货物夜间到港",
        reason_category="perishable",
        goods=[GoodsBody(hs_code="0301999990", name="其他活鱼")],
    )


def _upload(client: AuthenticatedClient, number: str, pdf: Path) -> str:
    file = File(payload=BytesIO(pdf.read_bytes()), file_name=pdf.name, mime_type="application/pdf")
    body = UploadAttachmentBody(file=file, purpose="application")
    return str(upload_attachment.sync(number, client=client, body=body).attachment_id)


def _approved(client: AuthenticatedClient, number: str) -> Any:
    give_up = time.monotonic() + LIMIT_SECONDS
    while (seen := get_appointment.sync(number, client=client)).state != "succeeded":
        if time.monotonic() > give_up:
            raise TimeoutError(f"{number} is still {seen.state}")
        time.sleep(0.2)
    return seen


def _exported(client: AuthenticatedClient, number: str, kind: str) -> bytes:
    return bytes(export_appointments.sync(client=client, pre_entry_no=number, format_=kind).payload.read())


def _calendar(client: AuthenticatedClient) -> str:
    token = create_calendar_feed.sync(client=client).url.partition("token=")[2]
    return str(download_calendar.sync(client=client, token=token))


def _received(task: dict[str, str]) -> str:
    """The answer to customs for a receipt, which is raw XML."""
    with AuthenticatedClient(base_url=task["api"], token=task["customs_key"]) as customs:
        body = File(payload=BytesIO(Path(task["receipt"]).read_bytes()))
        return str(receive_receipt.sync(client=customs, body=body).outcome)


def _code(answer: object) -> str:
    return str(answer.code) if isinstance(answer, Problem) else ""


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(json.loads(sys.argv[1]))))
