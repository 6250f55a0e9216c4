"""The base of all models that are kept or sent."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A frozen model. It ignores a field that this version does not know, so old code can read a newer snapshot."""

    model_config = ConfigDict(frozen=True, extra="ignore")
