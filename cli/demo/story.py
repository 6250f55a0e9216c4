"""The events of the demo, line by line. It uses HTTP only, as a user would."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from rich.console import Console
from rich.markup import escape

from cli.demo.api_client import ApiClient, Unexpected
from domain.instants import SHANGHAI

PORT = "2233"
BROKER, IMPORTER = "3122260002", "3122260003"
APPOINTMENTS = "/api/v1/appointments"
#: The most history events of a lifecycle: create, two saves, submit, accepted, approved, feedback, confirmed.
HISTORY_BUDGET = 90


class Clients(NamedTuple):
    """The clients of the participants: the broker (申请单位), the operator, and the simulated customs office."""

    broker: ApiClient
    operator: ApiClient
    customs: ApiClient


class Played(NamedTuple):
    """The two appointments at the end of the story; ``history_events`` are those of the first."""

    first: str
    second: str
    history_events: int


class Story:
    """Plays both appointments, from the first draft to the end of the block."""

    def __init__(self, clients: Clients, console: Console) -> None:
        self._broker, self._operator, self._customs = clients
        self._console = console

    async def play(self) -> Played:
        """Plays the story. Raises ``Unexpected`` at the first unexpected answer."""
        await self._close_the_port()
        second = await self._neglected()
        first = await self._looked_after()
        events = await self._count_history(first)
        await self._overdue(second)
        await self._blocked(second)
        await self._explained(second)
        return Played(first, second, events)

    async def _close_the_port(self) -> None:
        """Makes every moment bookable: work two days ago, none yesterday, today and tomorrow."""
        today = datetime.now(SHANGHAI).date()
        await self._set_day(today - timedelta(days=2), [["08:30", "17:00"]])
        for days in (-1, 0, 1):
            await self._set_day(today + timedelta(days=days), [])
        await self._customs.post("/control/scenario", {"name": "auto", "delay_seconds": 0.2})
        self._say("口岸工作日历已设为休息", "the port is closed all day, so any moment can be booked")

    async def _set_day(self, day: date, sessions: list[list[str]]) -> None:
        path = f"/ops/v1/ports/{PORT}/calendar/{day.isoformat()}"
        await self._operator.call("PUT", path, body={"sessions": sessions, "note": "demo"})

    async def _neglected(self) -> str:
        """Plays the second appointment: booked, approved, and then forgotten."""
        draft = await self._broker.post(APPOINTMENTS, content(starts_in=timedelta(seconds=5)), expect=201)
        number = str(draft["pre_entry_no"])
        await self._broker.post(f"{APPOINTMENTS}/{number}/submission", {})
        await self._until_state(number, "succeeded", seconds=15)
        self._say(f"第二单 {number} 预约成功，之后无人处理", "the second one is approved, and then forgotten")
        return number

    async def _looked_after(self) -> str:
        """Plays the first appointment: draft, two saves, submit, approved, fed back, confirmed."""
        number = await self._booked()
        good, bad = await self._declared(number)
        answer = await self._broker.post(f"{APPOINTMENTS}/{number}/feedback", {"declaration_numbers": [good, bad]})
        self._check_judged(answer, good, bad)
        await self._until_confirmed(number)
        self._say(f"第一单 {number} 已反馈并经海关确认", "fed back: one number matched, one refused; customs confirmed")
        return number

    async def _booked(self) -> str:
        draft = await self._broker.post(APPOINTMENTS, content(starts_in=timedelta(hours=1)), expect=201)
        number = str(draft["pre_entry_no"])
        for reason in ("鲜活货物夜间到港", "鲜活货物夜间到港，请尽快放行"):
            draft = await self._save(draft, reason)
        await self._broker.post(f"{APPOINTMENTS}/{number}/submission", {})
        approved = await self._until_state(number, "succeeded", seconds=15)
        self._say(
            f"第一单 {number} 预约成功，申请编号 {approved['application_no']}",
            "draft → two saves → submitted → accepted → approved",
        )
        return number

    async def _save(self, draft: dict[str, Any], reason: str) -> dict[str, Any]:
        path = f"{APPOINTMENTS}/{draft['pre_entry_no']}"
        body = content(starts_in=timedelta(hours=1)) | {"reason": reason}
        answer = await self._broker.call("PUT", path, body=body, headers={"If-Match": f'"{draft["version"]}"'})
        return dict(answer.json())

    async def _declared(self, number: str) -> tuple[str, str]:
        """Gives customs two declarations: one by the appointment's parties, one by others."""
        good, bad = declaration_number(int(number[-8:])), declaration_number(int(number[-8:]) + 1)
        await self._customs.post("/control/declarations", [declaration(good), declaration(bad, applicant="3122260001")])
        return good, bad

    def _check_judged(self, answer: dict[str, Any], good: str, bad: str) -> None:
        accepted, refused = answer["accepted"], answer["refused"]
        if good not in str(accepted) or [row["number"] for row in refused] != [bad]:
            raise Unexpected(f"the matching number was to be taken and the other refused\n{answer}")
        if answer["appointment"]["state"] != "completed":
            raise Unexpected(f"one matched number completes the appointment\n{answer['appointment']}")

    async def _until_confirmed(self, number: str) -> None:
        await self._broker.watch(
            f"{APPOINTMENTS}/{number}/timeline",
            lambda timeline: "feedback_confirmed" in str(timeline),
            seconds=15,
            what="customs confirms the feedback",
        )

    async def _count_history(self, number: str) -> int:
        events = events_of(await self._operator.get(f"/ops/v1/appointments/{number}/history"))
        if len(events) > HISTORY_BUDGET:
            raise Unexpected(f"{number} took {len(events)} history events, more than {HISTORY_BUDGET}")
        return len(events)

    async def _overdue(self, number: str) -> None:
        """Reads only the list, so no request touches the appointment: its own timer moves it."""
        self._say("等待第二单的反馈期限到期", "waiting for the deadline of the second; nobody touches it")
        await self._broker.watch(
            f"{APPOINTMENTS}?party=A&pre_entry_no={number}",
            lambda page: [item["state_code"] for item in page["items"]] == ["I"],
            seconds=45,
            what="the feedback deadline sets state I",
        )
        self._say(f"第二单 {number} 通关完成未反馈 (I)", "overdue: set by a durable timer")

    async def _blocked(self, number: str) -> None:
        answer = await self._broker.post(APPOINTMENTS, content(starts_in=timedelta(hours=1)), expect=422)
        blocks = [error for error in answer["errors"] if error["code"] == "eligibility.overdue"]
        if not blocks or number not in str(blocks):
            raise Unexpected(f"a new draft was to be refused, naming {number}\n{answer}")
        self._say(f"新预约被拒：{blocks[0]['message']}", f"{blocks[0]['code']}, naming the number")

    async def _explained(self, number: str) -> None:
        await self._broker.post(f"{APPOINTMENTS}/{number}/explanation", {"text": "船期延误，货物次日到港"})
        await self._until_state(number, "released", seconds=15)
        await self._broker.post(APPOINTMENTS, content(starts_in=timedelta(hours=1)), expect=201)
        self._say("情况说明获海关接受，限制解除", "customs accepts the explanation; a new draft is taken again")

    async def _until_state(self, number: str, state: str, *, seconds: float) -> dict[str, Any]:
        view = await self._broker.watch(
            f"{APPOINTMENTS}/{number}", lambda view: view["state"] == state, seconds=seconds, what=f"{number} → {state}"
        )
        return dict(view)

    def _say(self, chinese: str, english: str) -> None:
        self._console.print(f"[green]✓[/] {escape(chinese)}\n  [dim]{escape(english)}[/]", highlight=False)


def content(*, starts_in: timedelta) -> dict[str, Any]:
    """Returns a complete application of the general broker for the general importer."""
    return {
        "consignee_code": IMPORTER,
        "contact_name": "王小明",
        "contact_mobile": "13800138000",
        "declaration_port": PORT,
        "entry_exit_port": PORT,
        "transport_mode": "5",
        "direction": "I",
        "window_start": (datetime.now(UTC) + starts_in).isoformat(),
        "reason": "鲜活货物夜间到港",
        "reason_category": "perishable",
        "goods": [{"hs_code": "0301999990", "name": "其他活鱼"}],
    }


def declaration_number(serial: int) -> str:
    """Returns 18 digits: port, year, 1 for import, nine of serial."""
    return f"{PORT}{datetime.now(SHANGHAI).year}1{serial % 10**9:09d}"


def declaration(number: str, *, applicant: str = BROKER) -> dict[str, Any]:
    """Returns a declaration as the simulated office keeps it."""
    return {
        "number": number,
        "direction": "I",
        "applicant": applicant,
        "consignee": IMPORTER,
        "declaration_port": PORT,
        "entry_exit_port": PORT,
        "declared_on": datetime.now(SHANGHAI).date().isoformat(),
    }


def events_of(history: Any) -> list[Any]:
    """Returns the events of a history answer."""
    return list(history["events"])
