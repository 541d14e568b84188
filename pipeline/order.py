"""What a user orders: one wireframe and prompt, for one or more images; and the checks before any model is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from conditioners.canny import DEFAULT_HIGH, DEFAULT_LOW
from conditioners.catalog import find_conditioner
from conditioners.control_map import ConditionerSettings, ControlMap, make_control_map
from conditioners.elements import Element, check_elements, read_elements
from conditioners.errors import InputError
from conditioners.geometry import Extent
from conditioners.wireframe import Wireframe, load_wireframe
from pipeline.canvas import Placement, place_on_canvas
from pipeline.compatibility import check_compatibility
from pipeline.diffusion import scheduler_of
from pipeline.models import ModelSpec, load_spec
from pipeline.request import GenerationRequest
from pipeline.settings import (
    LIMITS,
    check_control_window,
    check_number,
    check_prompt,
    check_size,
    check_text,
    check_texts,
)
from pipeline.weights import find_files, weights_digest

DEFAULT_SEED = 0


@dataclass(frozen=True, kw_only=True)
class AssetOrder:
    """`count` images of one wireframe, with seeds `seed`, `seed` + 1, ...

    What is None is taken from the model's defaults. `elements` is a file, or the elements themselves, or None to have
    them found. The numbers are checked here, files by `prepare`.

    Raises:
        InputError: on a value outside the limits of `pipeline.settings`.
    """

    wireframe: Path
    prompt: str
    negative: str = ""
    conditioner: str = "canny"
    model: str = "embedded"
    seed: int = DEFAULT_SEED
    count: int = 1
    size: Extent | None = None
    scale: float | None = None
    steps: int | None = None
    cfg: float | None = None
    control_start: float = 0.0
    control_end: float = 1.0
    texts: tuple[str, ...] = ()
    elements: Path | tuple[Element, ...] | None = None
    polarity: str = "auto"
    low: int = DEFAULT_LOW
    high: int = DEFAULT_HIGH
    automatic: bool = False

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        check_text("negative", self.negative)
        for name in ("seed", "count", "scale", "steps", "cfg"):
            value = getattr(self, name)
            if value is not None:
                check_number(name, value)
        check_control_window(self.control_start, self.control_end)
        if self.seed + self.count - 1 > LIMITS["seed"].high:
            raise InputError(f"seed + count must stay within {LIMITS['seed'].high}, got {self.seed} + {self.count}")
        if self.size is not None:
            check_size(*self.size)
        check_texts(self.texts)
        find_conditioner(self.conditioner)

    @property
    def settings(self) -> ConditionerSettings:
        """The conditioner's settings."""
        return ConditionerSettings(name=self.conditioner, low=self.low, high=self.high, automatic=self.automatic)


@dataclass(frozen=True, kw_only=True, eq=False)
class PreparedOrder:
    """An order whose input was read and found good: everything there is before the model.

    `drawing` is the wireframe as loaded, `wireframe` the same on the ordered canvas, which map and image follow.
    `elements` are in pixels of the canvas.
    """

    order: AssetOrder
    spec: ModelSpec
    drawing: Wireframe
    wireframe: Wireframe
    placement: Placement
    control_map: ControlMap
    elements: tuple[Element, ...] | None
    requests: tuple[GenerationRequest, ...]


def load_elements(given: Path | Sequence[Element] | None, extent: Extent) -> tuple[Element, ...] | None:
    """The elements of a file or as given, held to the wireframe's extent; None where there are none given.

    Raises:
        InputError: the file cannot be read, or a box lies outside.
    """
    if given is None:
        return None
    return read_elements(given, extent) if isinstance(given, Path) else check_elements(given, extent, "elements")


@dataclass(frozen=True, kw_only=True)
class ModelChoice:
    """A model for one conditioner, as requests name it: its spec, the digest of its files, its scheduler."""

    spec: ModelSpec
    weights: str
    scheduler: str


def choose_model(reference: str, conditioner: str, download: bool = False) -> ModelChoice:
    """Find a model's files and check that they fit together.

    Raises:
        InputError: there is no such model, or it does not serve the conditioner, or its parts do not fit;
            MissingWeightsError if files are not on this machine.
    """
    spec = load_spec(reference)
    files = find_files(spec, conditioner, download)
    check_compatibility(spec, files)
    return ModelChoice(spec=spec, weights=weights_digest(files, spec.habits), scheduler=scheduler_of(spec, files))


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """An order's wireframe as loaded, on its canvas, and as the model is shown it."""

    drawing: Wireframe
    wireframe: Wireframe
    placement: Placement
    control_map: ControlMap


def draw(order: AssetOrder) -> Drawn:
    """Read an order's wireframe and make its control map; raises InputError where it cannot be used."""
    drawing = load_wireframe(order.wireframe, order.polarity)
    wireframe, placement = place_on_canvas(drawing, order.size)
    control_map = make_control_map(wireframe, order.settings)
    return Drawn(drawing=drawing, wireframe=wireframe, placement=placement, control_map=control_map)


def prepare(
    order: AssetOrder, download: bool = False, model: ModelChoice | None = None, drawn: Drawn | None = None
) -> PreparedOrder:
    """Read and check everything the order names; no weights are loaded and nothing is written.

    `model` is what `choose_model` returned for the order, `drawn` what `draw` did; what is given is not read again.

    Raises:
        InputError: something in the order cannot be used; MissingWeightsError if it is the model.
    """
    if model is None:
        load_spec(order.model).controlnet(order.conditioner)
    if drawn is None:
        drawn = draw(order)
    elements = load_elements(order.elements, drawn.drawing.extent)
    if model is None:
        model = choose_model(order.model, order.conditioner, download)
    spec = model.spec
    defaults = spec.defaults
    requests = tuple(
        GenerationRequest(
            control_map=drawn.control_map,
            prompt=order.prompt,
            negative=order.negative,
            seed=order.seed + index,
            steps=defaults.steps if order.steps is None else order.steps,
            cfg=defaults.cfg if order.cfg is None else order.cfg,
            scale=defaults.scale if order.scale is None else order.scale,
            control_start=order.control_start,
            control_end=order.control_end,
            model=spec.name,
            weights=model.weights,
            scheduler=model.scheduler,
        )
        for index in range(order.count)
    )
    return PreparedOrder(
        order=order,
        spec=spec,
        drawing=drawn.drawing,
        wireframe=drawn.wireframe,
        placement=drawn.placement,
        control_map=drawn.control_map,
        elements=None if elements is None else drawn.placement.elements(elements),
        requests=requests,
    )
