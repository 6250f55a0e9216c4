"""模板: content for new applications; of the window only the hour of day is kept."""

from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Response, status
from pydantic import BaseModel, Field
from sqlmodel import Session

from api.appointments.access import require_visible
from api.appointments.assessing import as_draft
from api.appointments.bodies import ContentBody
from api.appointments.views import ContentView
from api.bodies import Body, PreEntryNo, Text
from api.context import Caller, CallerDep, CommandOptions, CommandOptionsDep, Context, ContextDep
from api.http.lenient_body import RequestBody
from api.http.problems import refusal, refuse_if
from api.identity.people import own_name
from api.reference.lookup import Typed
from api.views import Shown, View
from db import templates
from db.engine import writing
from db.lookup import Index, Term
from db.spelling import spelled
from db.templates import StoredTemplate
from domain.appointment import Content
from domain.content import check_personal
from domain.instants import local
from domain.problems import Fault
from identity.authorization import Right

router = APIRouter(prefix="/api/v1/templates", tags=["templates"])

#: Templates of an enterprise, including those of single users.
MOST = 200
NAME_CHARACTERS = 50

#: Prefixes of the faults of content, which do not depend on the applicant.
_OF_CONTENT = ("field.", "goods.")

Name = Annotated[Text, Field(min_length=1, max_length=NAME_CHARACTERS, pattern=r"\S")]


class TemplateBody(Body):
    """A new template, made of a ``content`` or of the appointment of that number; exactly one is given.

    ``shared``: all users of the enterprise see it and may change it; otherwise only its maker.
    """

    name: Name
    shared: bool = True
    content: ContentBody | None = None
    pre_entry_no: PreEntryNo | None = None


class ChangedTemplateBody(Body):
    """Changes of a template; without ``content`` its content stays."""

    name: Name
    shared: bool = True
    content: ContentBody | None = None


class TemplateView(View):
    """``content`` makes a draft: add ``window_start`` and send it to ``POST /api/v1/appointments``.

    ``window_time``: the hour of day of the window it was made from, in Asia/Shanghai.
    """

    template_id: str
    name: str
    shared: bool
    made_by: str
    window_time: str | None
    content: ContentView
    created_at: Shown
    updated_at: Shown


class TemplatesView(View):
    """All templates, without ``q`` the newest first; ``next_cursor`` is always null."""

    items: list[TemplateView]
    next_cursor: str | None = None


class _Contents(BaseModel):
    """The sealed part of a template."""

    name: str
    made_by: str
    window_time: str | None
    content: Content


@router.get("")
def list_templates(ctx: ContextDep, caller: CallerDep, q: Typed = "") -> TemplatesView:
    """Lists the templates that are shared in the enterprise, and the user's own; with ``q`` those of that name.

    ``q`` matches characters, pinyin or initials of the name; the best match comes first.
    """
    rows = ctx.read_sync(lambda session: templates.visible(session, caller.code, caller.principal.holder))
    items = [_view(ctx, row) for row in rows]
    return TemplatesView(items=_named(items, q) if q.strip() else items)


def _named(items: list[TemplateView], q: str) -> list[TemplateView]:
    by_id = {each.template_id: each for each in items}
    index = Index(Term(key, each.name, None, *spelled(each.name)) for key, each in by_id.items())
    found = (index.terms[hit.row].code for hit in index.search(q, len(by_id)))
    return [by_id[key] for key in found]


@router.post("", status_code=status.HTTP_201_CREATED)
def create_template(
    *,
    ctx: ContextDep,
    caller: CallerDep,
    options: CommandOptionsDep,
    body: RequestBody[TemplateBody],
    response: Response,
) -> TemplateView:
    """存为模板. Refused by ``template.name_taken`` or ``template.too_many``; a private one needs a user's session."""
    given = body.checked(_source_faults(body.partial) or _faults(ctx, caller, body.partial.content))
    holder = None if given.shared else caller.holder
    contents = _contents(ctx, caller, given.name, _source(ctx, caller, given))
    fingerprint = ctx.sealer.fingerprint(["template", caller.code, given.model_dump(mode="json")])
    row = _row(ctx, caller, contents, holder=holder).model_copy(
        update={"creation_key": options.key if options.chosen else None, "creation_hash": fingerprint}
    )
    with writing(ctx.engine) as session:
        made = _entered(session, row, options, fingerprint)
    response.headers["Location"] = f"{router.prefix}/{made.template_id}"
    return _view(ctx, made)


@router.get("/{template_id}")
def get_template(ctx: ContextDep, caller: CallerDep, template_id: str) -> TemplateView:
    """Returns the template."""
    return _view(ctx, ctx.read_sync(lambda session: _found(session, caller, template_id)))


@router.put("/{template_id}")
def change_template(
    ctx: ContextDep, caller: CallerDep, template_id: str, body: RequestBody[ChangedTemplateBody]
) -> TemplateView:
    """Changes its name and ``shared``, and replaces its content if one is given."""
    wanted = body.checked(_faults(ctx, caller, body.partial.content))
    holder = None if wanted.shared else caller.holder
    given = None if wanted.content is None else _contents(ctx, caller, wanted.name, wanted.content.content())
    with writing(ctx.engine) as session:
        before = _found(session, caller, template_id)
        opened = _opened(ctx, before)
        name = wanted.name.strip()
        contents = (given or opened).model_copy(update={"name": name, "made_by": opened.made_by})
        after = _row(ctx, caller, contents, holder=holder, before=before)
        taken = templates.find_by_name(session, caller.code, after.name_hash)
        if taken is not None and taken.template_id != template_id:
            raise refusal("template.name_taken", "name")
        templates.replace(session, after)
    return _view(ctx, after)


@router.delete("/{template_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_template(ctx: ContextDep, caller: CallerDep, template_id: str) -> None:
    """删除: its content is erased; applications made from it stay."""
    with writing(ctx.engine) as session:
        templates.remove(session, _found(session, caller, template_id).template_id)


def _entered(session: Session, row: StoredTemplate, options: CommandOptions, fingerprint: str) -> StoredTemplate:
    """Stores the template and returns it, or the one that this key made before. Raises Refusal when it may not be."""
    before = templates.find_by_key(session, row.customs_code, options.key) if options.chosen else None
    if before is not None:
        if before.creation_hash != fingerprint or before.holder not in {None, row.holder}:
            raise refusal("idempotency.conflict", "Idempotency-Key")
        return before
    if templates.count(session, row.customs_code) >= MOST:
        raise refusal("template.too_many", limit=MOST)
    if not templates.add(session, row):
        raise refusal("template.name_taken", "name")
    return row


def _found(session: Session, caller: Caller, template_id: str) -> StoredTemplate:
    row = templates.find(session, template_id, caller.code, caller.principal.holder)
    if row is None:
        raise refusal("not_found")
    return row


def _source_faults(body: TemplateBody) -> tuple[Fault, ...]:
    one_of_two = (body.content is None) != (body.pre_entry_no is None)
    return () if one_of_two else (Fault(code="template.source", field="content"),)


def _faults(ctx: Context, caller: Caller, content: ContentBody | None) -> tuple[Fault, ...]:
    """Returns the faults of the content; none without one."""
    return () if content is None else _content_faults(ctx, caller, content.content())


def _source(ctx: Context, caller: Caller, body: TemplateBody) -> Content:
    """Returns the content of the new template, in the clear. Raises Refusal when its source is at fault."""
    if body.content is not None:
        return body.content.content()
    source = ctx.read_sync(lambda session: require_visible(session, str(body.pre_entry_no), caller, Right.COPY))
    content = ctx.sealer.open_content(source.content, source.pre_entry_no)
    refuse_if(_content_faults(ctx, caller, content))
    return content


def _content_faults(ctx: Context, caller: Caller, content: Content) -> tuple[Fault, ...]:
    """Returns the faults that keep the content from being a draft; the window is not judged."""
    timeless = content.model_copy(update={"window_start": None})
    decision = ctx.read_sync(lambda session: as_draft(session, ctx, caller, timeless))
    return (*check_personal(timeless), *(each for each in decision.faults if each.code.startswith(_OF_CONTENT)))


def _contents(ctx: Context, caller: Caller, name: str, content: Content) -> _Contents:
    """Returns the part to seal; of the window it has only the hour."""
    timeless = content.model_copy(update={"window_start": None})
    made_by = own_name(ctx.sealer, caller.principal)
    return _Contents(name=name.strip(), made_by=made_by, window_time=_hour(content.window_start), content=timeless)


def _hour(start: datetime | None) -> str | None:
    return None if start is None else f"{local(start):%H:%M}"


def _row(
    ctx: Context, caller: Caller, contents: _Contents, *, holder: str | None, before: StoredTemplate | None = None
) -> StoredTemplate:
    """Returns the row of these contents: a new one, or ``before`` with changes."""
    template_id = before.template_id if before else str(uuid4())
    changes: dict[str, Any] = {
        "holder": holder,
        "name_hash": ctx.sealer.fingerprint(["template name", contents.name.casefold()]),
        "sealed": ctx.sealer.seal(contents.model_dump_json(), context=_place(template_id)),
        "updated_at": caller.received_at,
    }
    if before is not None:
        return before.model_copy(update=changes)
    return StoredTemplate(
        template_id=template_id,
        customs_code=caller.code,
        creation_key=None,
        creation_hash="",
        created_at=caller.received_at,
        **changes,
    )


def _opened(ctx: Context, row: StoredTemplate) -> _Contents:
    return _Contents.model_validate_json(ctx.sealer.open(row.sealed, context=_place(row.template_id)))


def _place(template_id: str) -> str:
    return f"templates/{template_id}"


def _view(ctx: Context, row: StoredTemplate) -> TemplateView:
    contents = _opened(ctx, row)
    return TemplateView(
        template_id=row.template_id,
        name=contents.name,
        shared=row.holder is None,
        made_by=contents.made_by,
        window_time=contents.window_time,
        content=ContentView.model_validate(contents.content.model_dump()),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
