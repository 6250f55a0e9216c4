"""The format of the messages with customs is there for everybody, and validates what it should."""

from lxml import etree

from customs.xml import SCHEMAS
from tests.integration.api.api_stack import ApiStack, body, refused

PATH = "/schemas/customs/v1"


async def test_schemas_fetched_without_a_key_validate_the_samples_beside_them(api_stack: ApiStack) -> None:
    async with api_stack.client() as client:
        listed = body(await client.get(PATH))["items"]
        files = {each["name"]: await client.get(f"{PATH}/{each['name']}") for each in listed}
        refused(await client.get(f"{PATH}/absent.xsd"), 404)
        refused(await client.get(f"{PATH}/samples/..%2Fenvelope.xsd"), 404)
    assert {each["url"] for each in listed} == {f"http://yuyue{PATH}/{name}" for name in files}
    assert {name.removeprefix("samples/") for name in files} == {
        path.name for path in (*SCHEMAS.glob("*.xsd"), *SCHEMAS.glob("samples/*.xml"))
    }
    for each in listed:
        answer = files[each["name"]]
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
        assert answer.headers["etag"] == f'"{each["sha256"]}"'
        assert etree.fromstring(answer.content).get("version") == each["version"]
