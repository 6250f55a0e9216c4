"""Errors of SQLite and PostgreSQL, by the result codes and SQLSTATEs of the database.

libpq gives no SQLSTATE for a connection that failed, so there its English message decides.
"""

import os
import sqlite3
from pathlib import Path
from urllib.parse import unquote

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from runtime.diagnosis.words import Diagnosis, first_line

UNMIGRATED = Diagnosis(
    "数据库没有本版本的表，请先执行 yuyue db upgrade",
    "the database does not have the tables of this version: run `yuyue db upgrade` first",
)
NEWER = Diagnosis(
    "数据库结构比本程序新，请安装与之相符的新版程序",
    "the database has the schema of a newer version: install that version of the program",
)
BUSY = Diagnosis("数据库正忙，请稍后重试", "the database is busy: try again later")

#: The beginning of SQLite's result code → the diagnosis.
_SQLITE = {
    "SQLITE_NOTADB": (
        "不是 SQLite 数据库，请检查 YUYUE_DATABASE_URL",
        "is not an SQLite database: check YUYUE_DATABASE_URL",
    ),
    "SQLITE_CORRUPT": ("已损坏，请从备份恢复（yuyue restore）", "is damaged: restore a backup (`yuyue restore`)"),
    "SQLITE_READONLY": (
        "只读，请让本用户可写该文件及其文件夹",
        "is read-only: let this user write the file and its folder",
    ),
    "SQLITE_FULL": ("所在磁盘已满，请腾出空间", "lies on a disk that is full: make room there"),
    "SQLITE_IOERR": (
        "读写失败，请检查磁盘及其剩余空间",
        "cannot be read or written: check the disk and the room on it",
    ),
    "SQLITE_PERM": ("无权访问，请检查文件权限", "may not be used by this user: check the file's permissions"),
}

_PRIVILEGE = Diagnosis(
    "数据库用户权限不足，请授权，或更换 YUYUE_DATABASE_URL 中的用户",
    "the database user may not do that: grant it the rights, or name another user in YUYUE_DATABASE_URL",
)
_PASSWORD = Diagnosis(
    "数据库拒绝了用户名或密码，请检查 YUYUE_DATABASE_URL",
    "the database refuses the user name or the password: check both in YUYUE_DATABASE_URL",
)
_READ_ONLY = Diagnosis(
    "数据库只读（可能是备库），请连接主库",
    "the database is read-only, as a standby is: connect to the primary server",
)
_FULL = Diagnosis("数据库服务器磁盘已满，请腾出空间", "the database server's disk is full: make room there")
_NO_DATABASE = Diagnosis(
    "数据库服务器上没有这个数据库，请先创建（createdb），再执行 yuyue db upgrade",
    "the server has no database of that name: create it (`createdb`), then run `yuyue db upgrade`",
)
_CONNECTIONS = Diagnosis(
    "数据库连接已用尽，请增加 max_connections 或减少进程",
    "the database takes no more connections: raise max_connections, or run fewer processes",
)

#: The beginning of a SQLSTATE (PostgreSQL's manual, appendix A) → the diagnosis.
_SQLSTATES = {
    "42P01": UNMIGRATED,
    "42703": UNMIGRATED,
    "3F000": UNMIGRATED,
    "42501": _PRIVILEGE,
    "28": _PASSWORD,
    "3D000": _NO_DATABASE,
    "25006": _READ_ONLY,
    "53100": _FULL,
    "53300": _CONNECTIONS,
    "55P03": BUSY,
    "57014": BUSY,
    "40": BUSY,
}

#: A part of the message of libpq or the server → the diagnosis; the first that fits.
_CONNECTING = {
    "password": _PASSWORD,
    "authentication failed": _PASSWORD,
    "no pg_hba.conf entry": Diagnosis(
        "数据库服务器不允许从这里以该用户连接，请修改其 pg_hba.conf",
        "the database server lets nobody in from here under that name: change its pg_hba.conf",
    ),
    "role": _PASSWORD,
    "too many": _CONNECTIONS,
    "does not exist": _NO_DATABASE,
    "starting up": Diagnosis("数据库正在启动，请稍后重试", "the database is starting up: try again shortly"),
    "Connection refused": Diagnosis(
        "数据库拒绝连接，请启动数据库服务，或检查 YUYUE_DATABASE_URL 的主机和端口",
        "the database refuses the connection: start its server, or check host and port in YUYUE_DATABASE_URL",
    ),
    "No such file or directory": Diagnosis(
        "找不到数据库的套接字，请启动数据库服务，或检查 YUYUE_DATABASE_URL",
        "the database's socket is not there: start its server, or check YUYUE_DATABASE_URL",
    ),
    "resolve host": (
        no_host := Diagnosis(
            "找不到数据库主机，请检查 YUYUE_DATABASE_URL 的主机名和 DNS",
            "the database's host is unknown: check its name in YUYUE_DATABASE_URL, and DNS",
        )
    ),
    "translate host name": no_host,
    "timeout": Diagnosis(
        "连接数据库超时，请检查主机、网络和防火墙",
        "the database does not answer in time: check host, network and firewall",
    ),
}


def explain_database(error: SQLAlchemyError, url: URL | None = None) -> Diagnosis:
    """Returns the diagnosis of any error of the database; ``url`` is that of the engine, if known."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(cause, sqlite3.Error):
        return explain_sqlite(cause, _file(url))
    if cause is not None and hasattr(cause, "sqlstate"):
        return _postgresql(cause, cause.sqlstate)
    return _otherwise(cause or error)


def explain_sqlite(error: sqlite3.Error, file: Path | None = None) -> Diagnosis:
    """Returns the diagnosis of an error of SQLite itself; ``file`` is the database, if known."""
    code = getattr(error, "sqlite_errorname", "")
    if code.startswith("SQLITE_CANTOPEN"):
        return _unopened(file)
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return BUSY
    if str(error).startswith(("no such table", "no such column")):
        return UNMIGRATED
    for beginning, (chinese, english) in _SQLITE.items():
        if code.startswith(beginning):
            named = (f" {file} ", f" {file}") if file else ("", "")
            return Diagnosis(f"数据库文件{named[0]}{chinese}", f"the database file{named[1]} {english}")
    return _otherwise(error)


def _unopened(file: Path | None) -> Diagnosis:
    if file is None or file.is_dir():
        return Diagnosis(
            f"{file or '数据库'} 不是可以打开的数据库文件，请检查 YUYUE_DATABASE_URL",
            f"{file or 'the database'} is no file that can be opened: check YUYUE_DATABASE_URL",
        )
    if not file.parent.is_dir():
        return Diagnosis(
            f"文件夹 {file.parent} 不存在，请以 --data-dir 指明数据目录，或创建它，或检查 YUYUE_DATABASE_URL",
            f"there is no folder {file.parent}: name the data directory by --data-dir, make it, or check"
            " YUYUE_DATABASE_URL",
        )
    if not file.exists() and os.access(file.parent, os.W_OK):
        return Diagnosis(
            f"没有数据库 {file}，请先执行 yuyue db upgrade，或检查 YUYUE_DATABASE_URL",
            f"there is no database {file}: `yuyue db upgrade` makes one; or check YUYUE_DATABASE_URL",
        )
    return Diagnosis(
        f"无权打开或新建 {file}，请检查文件和文件夹的权限",
        f"{file} may not be opened or made by this user: check the permissions of file and folder",
    )


def _postgresql(error: BaseException, sqlstate: str | None) -> Diagnosis:
    if sqlstate:
        found = next((each for code, each in _SQLSTATES.items() if sqlstate.startswith(code)), None)
    else:
        found = next((each for words, each in _CONNECTING.items() if words in str(error)), None)
    return found or _otherwise(error)


def _otherwise(error: BaseException) -> Diagnosis:
    said = first_line(error)
    return Diagnosis(
        f"无法访问数据库，请检查 YUYUE_DATABASE_URL 与数据库服务：{said}",
        f"the database cannot be used: check YUYUE_DATABASE_URL and the database server: {said}",
    )


def _file(url: URL | None) -> Path | None:
    """Returns the file in an engine's address, as ``db.engine`` writes it."""
    if url is None or not url.database:
        return None
    return Path(unquote(url.database.removeprefix("file:")))
