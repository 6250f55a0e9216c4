"""The note beside a file in FailBox: a TECHNICAL_REPLY whose NACK says why, and what to do."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import uuid4

from customs.wire import technical_reply
from customs.wire.envelope import Heading, wrap

SUFFIX = ".reply.xml"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

#: Code of the NACK → cause and remedy, at most 200 characters.
EXPLANATIONS: Mapping[str, str] = MappingProxyType(
    {
        "NOT_ZIP": "不是 zip 文件:请放入同名 zip · Not a .zip file: put each message into a zip of its own name",
        "ZIP_DAMAGED": (
            "zip 不完整或已损坏:请先写临时文件名,完成后改名,并重新放入 · "
            "The zip is truncated or damaged: write it under a temporary name, rename it once it is whole"
        ),
        "ZIP_CONTENT": (
            "zip 内须只有一个同名 .xml,不加密,不含路径 · "
            "A zip holds one .xml of its own name, without path and password, stored or deflated"
        ),
        "TOO_LARGE": "超过 1 MiB:请拆分或缩短 · Larger than 1 MiB: shorten it",
        "NOT_XML": "不是格式正确的 UTF-8 XML:请修正后重放 · Not well-formed UTF-8 XML: correct it, put it there again",
        "DOCTYPE": "含 DOCTYPE,一律拒收:请去掉 · It has a DOCTYPE, which is always refused: remove it",
        "SCHEMA": "不符合 XSD:请按 envelope.xsd 校验 · Not valid by the XSD: validate it against envelope.xsd",
        "WRONG_TYPE": "不是回执:InBox 只收 RECEIPT · No receipt: InBox takes RECEIPT only",
        "INCOMPLETE": "审批通过而无申请编号:请补上 · An approval without application_no: add it",
    }
)


def note(code: str, stem: str) -> bytes:
    """Returns the note about a file; it names the message where the file is called by its id."""
    heading = Heading(str(uuid4()), technical_reply.TYPE, "YUYUE", "CUSTOMS", datetime.now(UTC))
    about = stem if _UUID.fullmatch(stem) else None
    return wrap(heading, technical_reply.refusal(code, EXPLANATIONS[code], about))
