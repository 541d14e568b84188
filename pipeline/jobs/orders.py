"""What a job's order looks like in the store, and the asset order that it stands for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from conditioners.canny import DEFAULT_HIGH, DEFAULT_LOW
from conditioners.elements import Element
from conditioners.elements_file import parse_element_list
from conditioners.errors import InputError
from pipeline.models import describe_validation
from pipeline.order import DEFAULT_SEED, AssetOrder, PreparedOrder
from pipeline.settings import parse_size

MAX_COUNT = 8
"""Images of one job of the app; more are a batch."""


class CreateOrder(BaseModel):
    """An order from the page. `wireframe` is a file in the job's folder, `name` what the user calls it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wireframe: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    name: str = "wireframe"
    prompt: str
    negative: str = ""
    conditioner: str = "canny"
    model: str = "embedded"
    seed: int = DEFAULT_SEED
    count: Annotated[int, Field(ge=1, le=MAX_COUNT)] = 4
    size: str = ""
    scale: float | None = None
    steps: int | None = None
    cfg: float | None = None
    control_start: float = 0.0
    control_end: float = 1.0
    texts: tuple[str, ...] = ()
    elements: list[dict[str, Any]] | None = None
    polarity: str = "auto"
    low: int = DEFAULT_LOW
    high: int = DEFAULT_HIGH
    automatic: bool = False

    @classmethod
    def read(cls, data: Any) -> CreateOrder:
        """Return the order that JSON `data` holds. Raises InputError naming the field that is wrong."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise InputError(f"order: {describe_validation(error)}") from None

    def asset_order(self, folder: Path) -> AssetOrder:
        """The order, with its wireframe in `folder`. Raises InputError on values outside the limits."""
        same = set(type(self).model_fields) - {"wireframe", "name", "size", "elements"}
        return AssetOrder(
            wireframe=folder / self.wireframe,
            size=parse_size(self.size) if self.size.strip() else None,
            elements=self._elements(),
            **{name: getattr(self, name) for name in same},
        )

    def _elements(self) -> tuple[Element, ...] | None:
        return None if self.elements is None else tuple(parse_element_list(self.elements, "elements"))


def work_of(prepared: PreparedOrder) -> float:
    """How much an order is, in megapixel steps."""
    return sum(request.size.area * request.steps for request in prepared.requests) / 1e6
