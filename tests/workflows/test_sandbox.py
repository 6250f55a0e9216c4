"""What the sandbox leaves out nobody needs."""

from temporalio.contrib.pydantic import PydanticPayloadConverter, pydantic_data_converter
from temporalio.converter import WithSerializationContext


def test_our_converter_has_nothing_that_looks_at_a_context() -> None:
    assert pydantic_data_converter.payload_converter_class is PydanticPayloadConverter
    assert pydantic_data_converter.payload_codec is None
    assert pydantic_data_converter.external_storage is None
    looking = [
        each for each in PydanticPayloadConverter().converters.values() if isinstance(each, WithSerializationContext)
    ]
    assert looking == []
