"""`yuyue import-box DIR`: runs at the ERP's site and needs nothing but the folder, the API's address and a key."""

from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.console import fail, out

if TYPE_CHECKING:
    from cli.import_box.box import ImportBox, Round

LEDGER, LOCK = ".import-box.sqlite", ".import-box.lock"
#: Several files that arrive together make one round.
_GATHER_MILLISECONDS = 100
#: A batch of 200 on a busy machine; a call that is cut is made again under its keys.
_CALL_SECONDS = 300

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="文件箱目录 / the folder of the boxes", file_okay=False)]
Api = Annotated[str, typer.Option(help="接口地址 / address of the API, https://host")]
KeyOption = Annotated[
    Path,
    typer.Option(help="API 密钥文件，仅本人可读 / file of the API key, readable by its owner only", dir_okay=False),
]


def import_box(
    folder: Folder,
    *,
    api: Api,
    key_file: KeyOption,
    language: Annotated[Literal["zh", "en"], typer.Option(help="回执的语言 / language of the answers")] = "zh",
    pause: Annotated[float, typer.Option(min=0.2, max=3600, help="查询间隔秒数 / seconds between two looks")] = 5.0,
    once: Annotated[bool, typer.Option("--once", help="处理一遍后结束 / one round, then end")] = False,
) -> None:
    """ERP 文件箱:OutBox 放入申请,InBox 取回执,FailBox 看退回原因;见 docs/imports.md。The box of an ERP."""
    from cli.import_box.key_file import check_address
    from cli.up.lock import DataDirInUse, exclusive
    from customs.channels.directory.storage import Box

    check_address(api)
    for box in Box:
        (folder / box).mkdir(parents=True, exist_ok=True)
    try:
        with exclusive(folder / LOCK):
            _run(_serve(folder, api, key_file, language=language, pause=0 if once else pause))
    except DataDirInUse as used:
        fail(f"另一个进程正在处理该目录 {used.directory}", f"another process works on {used.directory}")


def _run(serving: Coroutine[None, None, None]) -> None:
    from runtime.signals import run_until_signalled

    run_until_signalled(serving)


async def _serve(folder: Path, api: str, key_file: Path, *, language: Literal["zh", "en"], pause: float) -> None:
    """Does rounds until it is cancelled; a single one without a pause."""
    from contextlib import closing

    import httpx

    from cli.import_box.box import ImportBox
    from cli.import_box.key_file import KeyFile
    from cli.import_box.ledger import Ledger
    from cli.import_box.service import BoxService
    from customs.channels.directory.local import LocalStorage
    from customs.channels.directory.storage import Box

    headers = {"Accept-Language": language}
    client = httpx.AsyncClient(base_url=api, auth=KeyFile(key_file), timeout=_CALL_SECONDS, headers=headers)
    async with client:
        with closing(Ledger(folder / LEDGER)) as ledger:
            box = ImportBox(LocalStorage(folder), ledger, BoxService(client), language=language)
            box.remove_unfinished()
            async for _ in _arrivals(folder / Box.OUT, pause):
                done = await _round(box, api)
                if not pause:
                    raise typer.Exit(0 if done and not done.waiting else 1)


async def _round(box: "ImportBox", api: str) -> "Round | None":
    """Does one round and says what it did; None when it could not be ended."""
    import sqlite3

    from cli.import_box.service import Undecided
    from customs.channels import Unavailable

    try:
        done = await box.round()
    except (Undecided, Unavailable, sqlite3.Error) as error:
        out().print(f"{_cause(error, api)}；稍后重试 · tries again later", markup=False)
        return None
    if any(done):
        out().print(
            f"受理 accepted {done.accepted} · 退回 refused {done.refused} · "
            f"等待 waiting {done.waiting} · 状态变化 changed {done.changed}",
            markup=False,
        )
    return done


def _cause(error: Exception, api: str) -> str:
    """Returns why a round could not be ended, and where to look."""
    from cli.import_box.service import Undecided

    reason = getattr(error, "reason", type(error).__name__)
    if reason in {"http 401", "http 403"}:
        return f"密钥无效或已撤销，请更换密钥文件 · the key is not valid (any more), replace the key file ({reason})"
    if isinstance(error, Undecided):
        return f"接口 {api} 没有答复，请检查地址和网络 · the API does not answer, check address and network ({reason})"
    return f"文件箱不可用，请检查磁盘和权限 · the box cannot be used, check disk and permissions ({reason})"


async def _arrivals(folder: Path, pause: float) -> AsyncIterator[None]:
    """Yields at once, when files have arrived, and after every pause: events may be missed."""
    from watchfiles import awatch

    yield
    milliseconds = int(pause * 1000)
    async for _ in awatch(
        folder, recursive=False, debounce=_GATHER_MILLISECONDS, rust_timeout=milliseconds, yield_on_timeout=True
    ):
        yield
