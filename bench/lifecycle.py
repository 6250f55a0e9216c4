"""An appointment's lifecycle beside the bare one, in one run, on one server: how much of the cost is ours."""

from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bench.builders import decide, drafts
from bench.documents import compare
from bench.drivers import AppointmentDriver, BareDriver
from bench.measuring import Measured, Plan, Side, anatomy, play
from bench.report import anatomy_table, documents_table, rounds_line, table
from bench.stack import RunningStack, running
from cli.console import fail, out
from cli.up.supervisor import StartFailed
from runtime.signals import run_until_signalled

#: How many histories of each side are taken apart.
SPECIMENS = 10

app = typer.Typer(add_completion=False)


@app.command()
def main(
    *,
    rounds: Annotated[int, typer.Option(min=1, help="轮数 / rounds of each side, after one that is not counted")] = 3,
    lifecycles: Annotated[int, typer.Option(min=5, help="每轮全程数 / lifecycles in a round")] = 40,
    concurrency: Annotated[int, typer.Option(min=1, help="同时进行数 / how many at a time")] = 8,
) -> None:
    """比较预约全程与空壳工作流。Compares an appointment's lifecycle with a bare workflow's; checks nothing."""
    console = out()
    try:
        run_until_signalled(_measure(Plan(rounds, lifecycles, concurrency), console))
    except StartFailed as error:
        fail("启动失败", f"could not start: {error}")


async def _measure(plan: Plan, console: Console) -> None:
    async with running(console) as stack:
        sides = _sides(stack)
        with Progress(console=console) as progress:
            await _warm_up(sides, plan, progress)
            for number in range(1, plan.rounds + 1):
                await _round(sides, plan, progress, f"第 {number}/{plan.rounds} 轮 round")
        ours, floor = sides
        own, bare = [await anatomy(stack.client, side.measured.ids[-SPECIMENS:]) for side in sides]
    console.print(
        documents_table(await compare(plan.rounds)),
        table(ours.measured, floor.measured),
        rounds_line(ours.measured, floor.measured),
        anatomy_table(own, bare),
    )


def _sides(stack: RunningStack) -> tuple[Side, Side]:
    wanted = drafts()
    driver = AppointmentDriver(stack.client, stack.sealer, wanted, decide(stack.database_url, wanted[0]))
    return (
        Side("预约 appointment", driver.live, stack.pids_of("appointment"), Measured()),
        Side("空壳 bare", BareDriver(stack.client).live, stack.pids_of("bare"), Measured()),
    )


async def _warm_up(sides: tuple[Side, Side], plan: Plan, progress: Progress) -> None:
    """Code loaded, pools filled, the files grown a little."""
    unmeasured = tuple(side._replace(measured=Measured()) for side in sides)
    await _round((unmeasured[0], unmeasured[1]), plan, progress, "预热 warm-up")


async def _round(sides: tuple[Side, Side], plan: Plan, progress: Progress, title: str) -> None:
    for side in sides:
        task = progress.add_task(f"{title}: {side.name}", total=plan.lifecycles)
        await play(side, plan, partial(progress.advance, task))
