"""The two evaluation sets in one form: renders of unseen material, and components of public CSS libraries."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from conditioners.control_map import ConditionerSettings, ControlMap, make_control_map
from conditioners.elements import Element, elements_from_list
from conditioners.errors import InputError
from conditioners.geometry import Extent
from conditioners.wireframe import Wireframe, wireframe_from_array
from training.components.cases import ComponentCase, load_cases
from training.render.sample import choose, render_sample

Image = NDArray[np.uint8]
SetName = Literal["renders", "components"]
SETS: tuple[SetName, ...] = get_args(SetName)

FIRST_SEED = 500_000
"""Renders of the evaluation have the seeds from here on; training's begin at ten million."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """A true asset, RGB uint8 (H, W, 3), with what the model is given: control map and prompt.

    `component` and `style` are those of the true asset; `seed` is the noise's and differs in every case.
    """

    id: str
    asset: Image
    wireframe: Wireframe
    control_map: ControlMap
    prompt: str
    elements: tuple[Element, ...]
    component: str
    style: str
    seed: int

    @property
    def extent(self) -> Extent:
        """Width and height in px."""
        return Extent.of(self.asset)

    @property
    def conditioner(self) -> str:
        """Name of the conditioner of the control map."""
        return self.control_map.settings.name


def load_set(name: SetName, count: int) -> tuple[Case, ...]:
    """Return the first `count` cases of a set; any first cases are a fair part of it.

    Raises InputError when the set has fewer: components are a fixed number, renders are not.
    """
    if count < 1:
        raise InputError(f"cases must be at least 1, got {count}")
    if name == "renders":
        return tuple(rendered_case(seed) for seed in range(FIRST_SEED, FIRST_SEED + count))
    found = load_cases()
    if count > len(found):
        raise InputError(f"cases must be at most {len(found)}, the size of the component set, got {count}")
    return tuple(component_case(case, index) for index, case in enumerate(found[:count]))


def rendered_case(seed: int) -> Case:
    """Return the render of a seed: unseen icons, words and type, half Canny and half scribble, a third large."""
    rng = Random(seed)
    width, height, component = choose(seed, "large" if rng.random() < 1 / 3 else "small")
    sample = render_sample(seed, width, height, component, unseen=True)
    conditioner = rng.choice(("canny", "scribble"))
    wireframe = drawn_wireframe(sample.clean if conditioner == "canny" else sample.drawn)
    return Case(
        id=f"render-{seed}",
        asset=sample.asset,
        wireframe=wireframe,
        control_map=make_control_map(wireframe, ConditionerSettings(name=conditioner)),
        prompt=sample.prompt,
        elements=elements_from_list(sample.elements, wireframe.extent, f"seed {seed}"),
        component=str(sample.attributes["component"]),
        style=str(sample.attributes["style"]),
        seed=seed,
    )


def component_case(case: ComponentCase, index: int) -> Case:
    """Return a component of a CSS library as a case; every other one is conditioned by Canny, the rest by scribble."""
    wireframe = drawn_wireframe(case.wireframe)
    settings = ConditionerSettings(name=("canny", "scribble")[index % 2])
    return Case(
        id=case.id,
        asset=case.asset,
        wireframe=wireframe,
        control_map=make_control_map(wireframe, settings),
        prompt=case.prompt,
        elements=case.elements,
        component=case.component,
        style=case.attributes["style"],
        seed=FIRST_SEED + index,
    )


def drawn_wireframe(drawing: Image) -> Wireframe:
    """Return a grey drawing, uint8 (H, W), dark on light, as a wireframe."""
    return wireframe_from_array(np.repeat(drawing[:, :, None], 3, axis=2), polarity="dark-on-light")


def by_size(cases: Sequence[Case], most: int) -> list[list[int]]:
    """Return the indices of the cases in groups of one size, at most `most` in each."""
    sizes: dict[Extent, list[int]] = {}
    for index, case in enumerate(cases):
        sizes.setdefault(case.extent, []).append(index)
    return [alike[start : start + most] for alike in sizes.values() for start in range(0, len(alike), most)]
