"""An appointment that customs has approved."""

from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, content
from tests.integration.api.receipts import receipt


async def book(stack: ApiStack, port: str) -> str:
    """Creates it at a port, submits it, has it approved, and returns its number."""
    async with stack.client("general") as client, stack.client("customs") as customs:
        wanted = content(declaration_port=port, entry_exit_port=port)
        number = str(body(await client.post(APPOINTMENTS, json=wanted), 201)["pre_entry_no"])
        body(await client.post(f"{APPOINTMENTS}/{number}/submission"))
        body(await customs.post("/customs/v1/receipts", content=receipt(number, "ACCEPTED")), 202)
    return number
