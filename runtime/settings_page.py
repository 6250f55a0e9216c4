"""The text of docs/settings.md, generated from the fields of ``Settings``."""

from collections.abc import Mapping
from typing import Any

from runtime.settings import Settings

_HEAD = """# 设置 · Settings

由代码生成，请勿手工修改。Generated from `runtime/settings.py`; do not edit.

Each process reads these environment variables once, at its start; `yuyue up` sets them for its parts. Durations are
ISO 8601 (`P7D`, `PT6H`). Temporal has its own variables (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, …), and so has
S3 (`AWS_…`). `yuyue doctor` says what is wrong with a setting.
"""
_TABLE = """
## {}

| variable | value | default | |
| --- | --- | --- | --- |
"""
#: The first field of each part of the page, and its heading; in the order of the fields.
PARTS = {
    "sandbox": "进程 · Process",
    "objects_url": "附件 · Attached files",
    "seal_keys": "密钥 · Keys",
    "trust_dir": "卡介质 · Cards",
    "task_queue": "Temporal",
    "customs_url": "海关 · Customs",
    "smtp_host": "对外通知 · Messages to people",
    "api_host": "接口 · API",
    "trusted_proxies": "会话 · Sessions",
    "log_format": "日志 · Logs",
}
#: How a type of JSON Schema is called here, where no limit says more.
_KINDS = {"path": "path", "duration": "duration", "password": "secret", "boolean": "`0` or `1`", "string": "text"}


def page() -> str:
    """Returns the whole Markdown page, ending with a newline."""
    schema = Settings.model_json_schema()
    rows = (_heading(name) + _row(name, _resolved(schema, field)) for name, field in schema["properties"].items())
    return _HEAD + "".join(rows)


def _heading(name: str) -> str:
    return _TABLE.format(PARTS[name]) if name in PARTS else ""


def _row(name: str, field: Mapping[str, Any]) -> str:
    cells = (f"`YUYUE_{name.upper()}`", _value(field), _default(field.get("default")), field["description"])
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |\n"


def _resolved(schema: Mapping[str, Any], field: Mapping[str, Any]) -> dict[str, Any]:
    """The field with its one type in place: not as a reference, and without ``null``."""
    types = [each for each in field.get("anyOf", ()) if each.get("type") != "null"]
    kind = dict(*types) or dict(field)
    named = schema["$defs"][kind["$ref"].rpartition("/")[2]] if "$ref" in kind else {}
    return {**named, **kind, **field}


def _value(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return " · ".join(f"`{each}`" for each in field["enum"])
    if field["type"] in {"integer", "number"}:
        return _range(field)
    return _KINDS[field.get("format", field["type"])]


def _range(field: Mapping[str, Any]) -> str:
    low, high = field.get("minimum", field.get("exclusiveMinimum")), field.get("maximum")
    least = f"over {low:g}" if "exclusiveMinimum" in field else f"from {low:g}"
    return least if high is None else f"{least} to {high:g}"


def _default(value: object) -> str:
    if isinstance(value, bool):
        return f"`{value:d}`"
    return "" if value in {None, ""} else f"`{value}`"
