"""The users of the sandbox: of the demo enterprises and an operator, with passwords of one data directory."""

import json
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from db.engine import reading
from db.seeds import DEMO_USER
from db.users import find
from domain.actor import ActorKind
from identity.passwords import Passwords
from identity.users import Rights, Users
from runtime.files import write_json
from runtime.sealing import Sealer

#: role → the fictional enterprise it acts for.
ENTERPRISES = {
    "advanced": "3122260001",
    "general": "3122260002",
    "importer": "3122260003",
    "importer_advanced": "3122260004",
    "dishonest": "3122260005",
    "unqualified": "3122260006",
}
#: A second user of one of them, who may only draft.
DRAFTER, EMPLOYER = "drafter", "general"
ROLES = (*ENTERPRISES, DRAFTER, "operator")
#: role → 姓名, fictional as all the rest.
NAMES = {
    "advanced": "赵甲（演示）",
    "general": "钱乙（演示）",
    "importer": "孙丙（演示）",
    "importer_advanced": "李丁（演示）",
    "dishonest": "周戊（演示）",
    "unqualified": "吴己（演示）",
    DRAFTER: "郑小乙（演示）",
    "operator": "王运维（演示）",
}

#: role → user name and password.
DemoUsers = dict[str, tuple[str, str]]


def read_users(path: Path) -> DemoUsers:
    """Returns the users of the file; none before the first start."""
    return {role: (name, password) for role, (name, password) in _kept(path).items()}


def prepare_users(engine: Engine, path: Path, *, passwords: Passwords, sealer: Sealer, at: datetime) -> None:
    """Adds missing users; without the file, everybody gets a new password, and the file is written last."""
    known = read_users(path)
    fresh = {role: (f"{DEMO_USER}{role}", secrets.token_urlsafe(15)) for role in ROLES if role not in known}
    users = Users(engine, passwords, sealer)
    for role, (name, password) in (known | fresh).items():
        if not _is_there(engine, name):
            users.add(name, password, **_described(role), at=at)
        elif role in fresh:
            users.set_password(name, password)
    if fresh:
        write_json(path, known | fresh)


def _described(role: str) -> dict[str, Any]:
    """Returns the fields of a role's user: all manage their enterprise's users and declare, one only drafts."""
    code = ENTERPRISES.get(EMPLOYER if role == DRAFTER else role)
    if code is None:
        return {"kind": ActorKind.OPERATOR, "customs_code": None, "display_name": NAMES[role]}
    rights = Rights(administrator=role != DRAFTER, may_declare=role != DRAFTER)
    fields = {"kind": ActorKind.ENTERPRISE, "customs_code": code, "display_name": NAMES[role]}
    return fields | {"rights": rights}


def _is_there(engine: Engine, name: str) -> bool:
    with reading(engine) as session:
        return find(session, name) is not None


def _kept(path: Path) -> dict[str, list[str]]:
    known: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return known
