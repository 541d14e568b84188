"""UI assets drawn by resvg, with their wireframes and elements: what a faithful generator would give."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conditioners.control_map import ConditionerSettings, ControlMap, make_control_map
from conditioners.elements import Element
from conditioners.geometry import Box
from conditioners.svg import render_svg
from conditioners.wireframe import Wireframe, wireframe_from_array

Image = NDArray[np.uint8]


def render(svg: str) -> Image:
    """Render an SVG at its own size: RGB uint8 (H, W, 3)."""
    return render_svg(svg.encode(), "drawing")[0]


@dataclass(frozen=True, kw_only=True)
class Button:
    """A button 200 x 64 on 256 x 128, drawn as an asset and as a wireframe."""

    fill: str = "#1E73E8"
    background: str = "#F7F8FA"
    ink: str = "#FFFFFF"
    text: str = "Save"
    border: str = "none"
    style: str = "flat"

    def asset(self) -> Image:
        fill = "url(#g)" if self.style == "gradient" else self.fill
        shadow = '<rect x="30" y="38" width="200" height="64" rx="16" fill="#000" opacity=".18"/>'
        return render(
            '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="128">'
            f'<defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="{self.fill}" stop-opacity=".8"/>'
            f'<stop offset="1" stop-color="{self.fill}"/></linearGradient></defs>'
            f'<rect width="256" height="128" fill="{self.background}"/>'
            f"{shadow if self.style == 'shadow' else ''}"
            f'<rect x="28" y="32" width="200" height="64" rx="16" fill="{fill}" stroke="{self.border}" '
            'stroke-width="4"/>'
            f'<text x="128" y="76" font-size="34" text-anchor="middle" fill="{self.ink}">{self.text}</text></svg>'
        )

    def wireframe(self) -> Wireframe:
        return wireframe_from_array(
            render(
                '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="128">'
                '<rect width="256" height="128" fill="white"/>'
                '<rect x="28" y="32" width="200" height="64" rx="16" fill="none" stroke="black" stroke-width="2"/>'
                f'<text x="128" y="76" font-size="34" text-anchor="middle">{self.text}</text></svg>'
            )
        )

    def control_map(self, conditioner: str = "canny") -> ControlMap:
        return make_control_map(self.wireframe(), ConditionerSettings(name=conditioner))

    def elements(self) -> tuple[Element, ...]:
        return (
            Element(kind="shape", box=Box(28, 32, 228, 96), name="button"),
            Element(kind="text", box=Box(78, 40, 178, 88), text=self.text),
        )
