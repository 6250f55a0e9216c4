"""The output of `yuyue up`: one line for each process, Chinese first."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from cli.up.process import ProcessSpec

PATIENCE_SECONDS = 2.0


def _login(about: dict[str, Any]) -> str:
    name, password = about["users"]["general"]
    others = Path(about["data_dir"]) / "users.json"
    return f"用户 user {name}  密码 password {password}  （其他用户 others: {others}）"


class StartReport:
    """Writes to one console; no other module of the stack prints."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def done(self, what: str, seconds: float, detail: str = "") -> None:
        """Reports a finished step, after so many seconds."""
        self._console.print(f"[green]✓[/] {what}  [dim]{seconds:.1f} s[/]  {detail}", highlight=False)

    def ready(self, part: ProcessSpec, seconds: float) -> None:
        """Reports a process that is ready."""
        self.done(part.title, seconds, part.address)

    def died(self, part: ProcessSpec, code: int | None, pause: float) -> None:
        """Reports a process that has ended by itself and will be started again."""
        self._console.print(
            f"[red]✗[/] {part.title} 意外退出（代码 {code}），{pause:g} 秒后重新启动，日志 {part.log}\n"
            f"  ended unexpectedly (code {code}), starting it again in {pause:g} s, log {part.log}",
            highlight=False,
            soft_wrap=True,
        )

    def insisted(self, part: ProcessSpec) -> None:
        """Reports a process that did not stop within its grace, and is killed."""
        self._console.print(
            f"[yellow]![/] {part.title} {part.grace:g} 秒内没有停止，强制结束\n"
            f"  did not stop in {part.grace:g} s: killed",
            highlight=False,
            soft_wrap=True,
        )

    def welcome(self, about: dict[str, Any], keys: Path) -> None:
        """Reports that all is ready, with addresses and a first call to try."""
        self._console.print(
            f"\n[bold]已就绪 ready[/]\n"
            f"网页 web page          {about['api']}/\n"
            f"接口文档 API page      {about['api']}/docs\n"
            f"Temporal 界面 UI       {about['temporal_ui']}\n"
            f"模拟海关 customs page  {about['simulator']}\n"
            f"演示密钥 demo keys     {keys}\n"
            f"登录 log in            {_login(about)}\n"
            f"软件卡 software cards  {Path(about['data_dir']) / 'cards.json'} （不是卡介质 NOT cards）\n"
            f"试一试 try             curl -H 'Authorization: Bearer {about['keys']['general']}' "
            f"{about['api']}/api/v1/transport-modes\n"
            f"[dim]Ctrl-C 停止 stops[/]",
            highlight=False,
            soft_wrap=True,
        )

    def no_readers(self) -> None:
        """Reports that card readers are wanted, and their software is missing."""
        self._console.print(
            "[yellow]![/] 本机没有读卡器支持，改用软件卡（不是卡介质）；请运行 make card\n"
            "  no support for readers here: software cards instead (NOT cards); run make card"
        )

    def stopping(self) -> None:
        """Reports that the stack stops."""
        self._console.print("[dim]正在停止…再按一次 Ctrl-C 强制结束 / stopping; Ctrl-C again forces it[/]")

    @contextmanager
    def patiently(self, missing: Callable[[], Iterable[str]]) -> Iterator[None]:
        """Reports every two seconds, while the block runs, what is still missing."""
        task = asyncio.create_task(self._keep_saying(missing))
        try:
            yield
        finally:
            task.cancel()

    async def _keep_saying(self, missing: Callable[[], Iterable[str]]) -> None:
        began = time.monotonic()
        while True:
            await asyncio.sleep(PATIENCE_SECONDS)
            names = ", ".join(missing())
            self._console.print(
                f"[dim]… {time.monotonic() - began:.0f} s: 等待 waiting for {names}[/]", highlight=False
            )
