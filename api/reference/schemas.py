"""The format of the messages with customs, for everybody: XSDs and golden samples at addresses that stay."""

from fastapi import APIRouter, Request, Response

from api.http.problems import refusal
from api.openapi.responses import NOBODYS, answers_file
from api.views import View
from customs.published import SAMPLES, PublishedFile, published_files

PREFIX = "/schemas/customs/v1"
_XML = "application/xml"
#: A changed file has a new version and the same address: programs ask again after an hour.
_HEADERS = {"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"}
_FILE = NOBODYS | answers_file(_XML)

router = APIRouter(prefix=PREFIX, tags=["reference"])


class SchemaFileView(View):
    """File of the format; ``version`` is that of an XSD, null for a sample."""

    name: str
    version: str | None
    sha256: str
    url: str


class SchemaFiles(View):
    """Files of the format, XSDs first."""

    items: list[SchemaFileView]


@router.get("")
def list_schemas(request: Request) -> SchemaFiles:
    """Returns the XSDs and golden samples of the messages with customs, with their versions."""
    base = str(request.base_url).rstrip("/") + PREFIX
    return SchemaFiles(items=[_view(each, base) for each in published_files().values()])


@router.get("/samples/{name}", response_class=Response, responses=_FILE)
def download_sample(name: str) -> Response:
    """Returns a golden sample, a valid example of one message: `receipt.xml`."""
    return _answer(f"{SAMPLES}/{name}")


@router.get("/{name}", response_class=Response, responses=_FILE)
def download_schema(name: str) -> Response:
    """Returns an XSD: `envelope.xsd` includes one file for each body, by names relative to it."""
    return _answer(name)


def _view(of: PublishedFile, base: str) -> SchemaFileView:
    return SchemaFileView(name=of.name, version=of.version, sha256=of.sha256, url=f"{base}/{of.name}")


def _answer(name: str) -> Response:
    found = published_files().get(name)
    if found is None:
        raise refusal("not_found")
    return Response(found.content, media_type=_XML, headers=_HEADERS | {"ETag": f'"{found.sha256}"'})
