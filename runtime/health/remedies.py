"""What to do about each kind of finding, by its code; docs/runbook.md has an entry for each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from db.audit import AuditFaultKind
from db.verify import DiscrepancyKind


class Remedy(NamedTuple):
    """Advice in both languages, and a line for the shell; ``{name}`` is filled in by the finding."""

    chinese: str
    english: str
    command: str = ""


_SEE_ABOVE = Remedy("按该项说明处理", "do what it says")
_START = Remedy("启动工作进程", "start workers", "yuyue up / yuyue worker / yuyue api")
_REPAIR = Remedy("由事件记录修复查询表", "mend the rows from the events", "yuyue verify --repair")
_RESTORE = Remedy(
    "记录被改动或缺失：停止改动，保留现场，与备份比对",
    "records were altered or are gone: keep all, compare with a backup",
)
_FILES = Remedy("从备份的 objects/ 补回该文件", "put the file back from the objects/ of a backup", "yuyue verify")
_CRL = Remedy("向发证机构取得新的吊销列表，放入信任目录", "fetch the new revocation list into the trust folder's crls/")

_PARTS = {
    "database.unusable": _SEE_ABOVE,
    "database.newer": Remedy("安装新版程序", "install the newer version"),
    "database.older": Remedy("升级数据库结构", "upgrade the schema", "yuyue db upgrade"),
    "keys.missing": Remedy("补回缺少的密钥", "put the missing key back", "yuyue keys list"),
    "mode.demo_data": Remedy("换一个数据库", "use another database"),
    "clock.differs": Remedy("启用 NTP 对时", "keep both clocks by NTP"),
    "workdays.missing": Remedy("补上缺口：{next}", "fill the gaps: {next}", "yuyue calendar gaps"),
    "hours.unnotified": Remedy("检查工作进程与 Temporal", "look at the workers and Temporal"),
    "receipts.parked": Remedy(
        "在待办「待人工处理的回执」中重试或不予处理",
        "retry or dismiss them in the worklist (GET /ops/v1/receipts/parked)",
    ),
    "receipts.not_pushed": Remedy(
        "请海关检查向本系统推送回执的地址与密钥", "ask customs to look at the address and the key for its pushes"
    ),
    "receipts.not_fetched": Remedy(
        "按原因处理；期间海关保留回执，恢复后自动取回",
        "end the cause; customs keeps the receipts, and they are fetched by themselves afterwards",
    ),
    "deliveries.stuck": Remedy(
        "排除原因后在待办「滞留报文」中重发",
        "end the cause, then retry in the worklist (GET /ops/v1/deliveries?state=stuck)",
    ),
    "inbox.unsettled": Remedy("检查 API、工作进程与 Temporal", "look at the API, the workers and Temporal"),
    "messages.undelivered": Remedy(
        "检查邮件服务器、短信网关与出网连接；恢复后自动补发",
        "look at the mail server, the SMS gateway and the way out; they leave by themselves afterwards",
    ),
    "files.unreachable": Remedy("检查 YUYUE_OBJECTS_URL 或数据目录", "check YUYUE_OBJECTS_URL, or the data directory"),
    "files.damaged": _FILES,
    "temporal.unreachable": Remedy(
        "检查 TEMPORAL_…，或启动", "check TEMPORAL_…, or start it", "yuyue up / yuyue worker / yuyue api"
    ),
    "search_attributes.missing": Remedy(
        "在命名空间中建立检索属性", "make them in the namespace", "temporal operator search-attribute create"
    ),
    "tasks.no_worker": _START,
    "tasks.backlog": Remedy("增加工作进程", "add workers", "yuyue up --workers N"),
    "workflows.not_marked": Remedy("服务端动态配置加入 {setting}", "put into the server's dynamic config: {setting}"),
    "workflows.stuck": Remedy(
        "见 docs/operations.md「停滞的流程」", "see docs/operations.md, “A stuck workflow”", "yuyue doctor"
    ),
    "workflows.missing": Remedy(
        "恢复流程；见 docs/operations.md「缺失的流程」",
        "revive them; see docs/operations.md, “A workflow that is gone”",
        "yuyue revive {number} --reason …",
    ),
    "schedules.missing": Remedy(
        "重新启动一个工作进程，它会创建", "start a worker again, which makes it", "yuyue worker"
    ),
    "schedules.paused": Remedy(
        "确认暂停的缘由后恢复",
        "find out why, then let it go on",
        "temporal schedule toggle --schedule-id {schedule} --unpause --reason …",
    ),
    "upkeep.silent": Remedy(
        "检查工作进程；见 docs/operations.md「后台任务」",
        "look at the workers; see docs/operations.md, “Repeated jobs”",
    ),
    "lists.starter": Remedy("导入正式代码表", "import the official list", "yuyue import {list} FILE"),
    "envelope.unusable": Remedy(
        "换上海关的现行证书", "put customs' present certificate there: YUYUE_CUSTOMS_CERTIFICATE"
    ),
    "envelope.expiring": Remedy("换上新证书，无需重启", "put the new one there; no restart is needed"),
    "credentials.unusable": Remedy(
        "换上可用的文件，无需重启；在此之前沿用最后一份可用的，没有则报文等待",
        "put a good file there, no restart is needed; until then the last good one is used, or messages wait",
    ),
    "credentials.expiring": Remedy(
        "向海关申请新证书，替换证书与私钥文件，无需重启",
        "apply to customs for a new one, replace certificate and key; no restart is needed",
    ),
    "credentials.refused": Remedy(
        "与海关核对证书、令牌或签名密钥；报文会自动重发",
        "agree with customs on certificate, token or signing key; messages go out by themselves later",
    ),
    "trust.unusable": Remedy("修正信任目录 YUYUE_TRUST_DIR", "mend the trust folder YUYUE_TRUST_DIR"),
    "trust.list_ending": _CRL,
    "trust.list_overdue": _CRL,
    "trust.certificate_ending": Remedy(
        "向发证机构取得新证书，放入信任目录", "fetch the authority's new certificate into the trust folder"
    ),
    "customs.unreachable": Remedy(
        "检查 YUYUE_CUSTOMS_URL；报文会自动重发", "check YUYUE_CUSTOMS_URL; messages go out by themselves later"
    ),
    "boxes.unwritable": Remedy(
        "建立文件箱 {box} 并给予写权限，或清理磁盘；报文会自动重发",
        "make the box {box} and let us write it, or make room; messages go out by themselves later",
    ),
    "boxes.waiting": Remedy(
        "请海关检查取件程序；报文不会丢失", "ask customs to look at what fetches from OutBox; nothing is lost"
    ),
    "boxes.refused": Remedy(
        "阅读 FailBox 中同名的 .reply.xml，按其说明处理", "read the .reply.xml beside each file and do what it says"
    ),
    "sftp.unreachable": Remedy(
        "检查 YUYUE_CUSTOMS_SFTP、私钥与 known_hosts；报文会自动重发",
        "check YUYUE_CUSTOMS_SFTP, its key and known_hosts; messages go out by themselves later",
    ),
    "webhooks.failing": Remedy(
        "请该企业检查其接收程序；恢复后在「事件推送」中继续",
        "ask the enterprise to look at its receiver, then to resume it",
    ),
    "api.unreachable": _START,
    "api.part_missing": Remedy("见上文各项", "see the parts above"),
    "rights.open": Remedy("收回其他用户的权限", "take the rights of others away", "chmod go-rwx {names}"),
    "disk.low": Remedy("清理磁盘或换一个数据目录", "make room, or move the data directory"),
    "disk.full": Remedy("立即清理磁盘", "make room now"),
    "ports.taken": Remedy("换一个 --port-base", "choose another --port-base"),
    "restore.unreconciled": Remedy("与海关对账", "reconcile with customs", "yuyue reconcile --data-dir {folder}"),
}

_RECORDS: dict[str, Remedy] = {
    DiscrepancyKind.VERSION_MISSING: _RESTORE,
    DiscrepancyKind.CHAIN_BROKEN: _RESTORE,
    DiscrepancyKind.EVENT_CHANGED: _RESTORE,
    DiscrepancyKind.CONTENTS_CHANGED: _RESTORE,
    DiscrepancyKind.CONTENTS_MISSING: _RESTORE,
    DiscrepancyKind.CONTENTS_NOT_ERASED: _RESTORE,
    DiscrepancyKind.EVENTS_MISSING: _RESTORE,
    DiscrepancyKind.ROW_MISSING: _REPAIR,
    DiscrepancyKind.ROW_DIFFERS: _REPAIR,
    DiscrepancyKind.SEARCH_DIFFERS: _REPAIR,
    DiscrepancyKind.FIGURES_DIFFER: _REPAIR,
    DiscrepancyKind.PERSONAL_MISSING: _REPAIR,
    DiscrepancyKind.PERSONAL_LEFT: _REPAIR,
    DiscrepancyKind.EVENT_UNPUBLISHED: _REPAIR,
    DiscrepancyKind.CLAIM_MISSING: _REPAIR,
    DiscrepancyKind.CLAIM_LEFT: _REPAIR,
    DiscrepancyKind.REFERENCE_MISSING: _REPAIR,
    DiscrepancyKind.REFERENCE_LEFT: _REPAIR,
    DiscrepancyKind.FILE_MISSING: _FILES,
    DiscrepancyKind.FILE_DAMAGED: _FILES,
    **dict.fromkeys(AuditFaultKind, _RESTORE),
    "head_missing": _RESTORE,
    "signature_wrong": Remedy(
        "核对该签名与信任目录", "look at the signature and at the trust folder", "yuyue verify --signatures"
    ),
    "workflow_differs": Remedy(
        "流程仍在则修复查询表，流程已失则恢复", "mend the row; revive a workflow that is gone", "yuyue verify --repair"
    ),
}

_JOBS = {
    "backup.no_folder": Remedy(
        "设置 YUYUE_BACKUP_DIR 并重新启动工作进程", "set YUYUE_BACKUP_DIR and start the workers again"
    ),
    "backup.not_embedded": Remedy(
        "PostgreSQL 与 Temporal 集群请用其自身的备份手段", "back up PostgreSQL and the Temporal cluster by their means"
    ),
    "backup.files_damaged": Remedy("先核对附件", "look at the files first", "yuyue verify"),
    "backup.keys_apart": Remedy(
        "另行保管 secrets.json，没有它无法恢复", "keep secrets.json elsewhere: without it nothing opens"
    ),
    "job.interrupted": Remedy("确认工作进程在运行，再开始一次", "see that a worker runs, then start it again"),
    "job.failed": Remedy("按说明排除原因，再开始一次", "end the cause that it names, then start it again"),
}

REMEDIES: Mapping[str, Remedy] = MappingProxyType(
    _PARTS | {f"record.{kind}": remedy for kind, remedy in _RECORDS.items()} | _JOBS
)
