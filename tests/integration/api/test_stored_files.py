"""Where the store of files is away, has damage, or keeps what nobody took."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import documents
from db.engine import reading
from runtime.objects import Damaged
from runtime.sealed_files import CHUNK_BYTES
from tests.integration.api.api_stack import ApiStack, body, refused
from tests.integration.api.drafts import attachments, new_draft, upload
from tests.pdfs.ordinary import colour_scan
from tests.pdfs.raw import many_pages


async def test_a_store_that_is_away_takes_nothing_and_is_named(stack: ApiStack) -> None:
    folder = stack.context.settings.data_dir / "objects"
    aside = folder.with_name("aside")
    async with stack.client("general") as client:
        path = await new_draft(client)
        taken = body(await upload(client, path), 201)
        folder.rename(aside)
        folder.write_text("in the way")
        try:
            assert refused(await upload(client, path, colour_scan()), 503) == ["temporarily.unavailable"]
            fetched = await client.get(f"{path}/attachments/{taken['attachment_id']}")
            assert refused(fetched, 503) == ["temporarily.unavailable"]
            ready = await client.get("/health/ready")
            assert (ready.status_code, ready.json()["parts"]["object_store"]["ok"]) == (503, False)
        finally:
            folder.unlink()
            aside.rename(folder)
        assert len(await attachments(client, path)) == 1
        assert body(await client.get("/health/ready"))["parts"]["object_store"]["ok"]
        body(await upload(client, path, colour_scan()), 201)


def damage(stored: Path) -> None:
    """One bit of what is encrypted, and so might be any byte."""
    whole = stored.read_bytes()
    stored.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))


async def test_a_file_that_was_damaged_is_not_handed_out_and_heals_when_it_comes_again(stack: ApiStack) -> None:
    data = many_pages(3)
    async with stack.client("general") as client:
        path = await new_draft(client)
        taken = body(await upload(client, path, data), 201)
        file = f"{path}/attachments/{taken['attachment_id']}"
        stored = stack.context.settings.data_dir / "objects" / stack.context.objects.path_of(taken["sha256"])
        damage(stored)
        assert refused(await client.get(file), 503) == ["temporarily.unavailable"]
        body(await upload(client, path, data), 201)
        assert (await client.get(file)).content == data


async def test_damage_further_on_breaks_the_answer_off_before_its_announced_end(stack: ApiStack) -> None:
    data = colour_scan()
    assert len(data) > 3 * CHUNK_BYTES
    async with stack.client("general") as client:
        path = await new_draft(client)
        taken = body(await upload(client, path, data), 201)
        stored = stack.context.settings.data_dir / "objects" / stack.context.objects.path_of(taken["sha256"])
        damage(stored)
        with pytest.raises(Damaged):
            await client.get(f"{path}/attachments/{taken['attachment_id']}")
        body(await upload(client, path, data), 201)


async def test_a_process_that_ends_between_store_and_attach_leaves_an_orphan_and_nothing_else(stack: ApiStack) -> None:
    data = many_pages(4)
    name = hashlib.sha256(data).hexdigest()
    documents.record_upload(stack.engine, name, len(data), datetime.now(UTC) - timedelta(days=30))
    stack.context.objects.put(name, data)
    with reading(stack.engine) as session:
        assert name in documents.orphans(session, datetime.now(UTC))
    async with stack.client("general") as client:
        path = await new_draft(client)
        body(await upload(client, path, data), 201)
    with reading(stack.engine) as session:
        assert name not in documents.orphans(session, datetime.now(UTC) + timedelta(days=1))
