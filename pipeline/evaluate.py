"""Scores images that anything made, against the wireframe they should follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conditioners.control_map import ConditionerSettings, make_control_map
from conditioners.elements import Element
from conditioners.errors import InputError, LineproofError
from conditioners.geometry import Extent
from conditioners.raster import decode_raster, describe_type, sniff_format
from conditioners.wireframe import load_wireframe
from pipeline.canvas import place_on_canvas
from pipeline.export import png_bytes, write_atomic
from pipeline.metadata import AssetMetadata, read_metadata
from pipeline.order import load_elements
from pipeline.settings import check_text, check_texts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.manifest import ScoreRow
    from scoring.score import Scorer, ScoringRequest
    from scoring.scorecard import ScoreCard


@dataclass(frozen=True, kw_only=True)
class ScoreOrder:
    """One image to score.

    Where Lineproof made the image from this very wireframe, its own metadata gives the canvas, a polarity that was
    forced, and the conditioner's settings unless `conditioner` names another.
    `fit` allows an image of another size than the wireframe: the wireframe is then placed on the image's size as
    `generate --size` does. `invented_text` looks for text that nobody ordered, which is slow.
    """

    image: Path
    wireframe: Path
    prompt: str | None = None
    texts: tuple[str, ...] = ()
    elements: Path | Sequence[Element] | None = None
    conditioner: str | None = None
    fit: bool = False
    invented_text: bool = False


def score_image(order: ScoreOrder, scorer: Scorer) -> ScoreCard:
    """Score one image; raises InputError as `scoring_request`."""
    return scorer.score(scoring_request(order))


def scoring_request(order: ScoreOrder) -> ScoringRequest:
    """Read what an order names, as the scorer takes it.

    Raises:
        InputError: image, wireframe or elements cannot be read, or image and wireframe differ in size; the line says at
            what scale the image seems to show the wireframe.
    """
    from scoring.control import reference_lines
    from scoring.control_placement import likely_placement
    from scoring.score import ScoringRequest

    check_text("prompt", order.prompt or "")
    check_texts(order.texts)
    pixels = load_image(order.image)
    drawing = load_wireframe(order.wireframe)
    metadata = _own_metadata(order.image, drawing.digest)
    if metadata is not None and metadata.wireframe.polarity_forced:
        drawing = replace(drawing, polarity=metadata.wireframe.polarity, polarity_forced=True)
    extent = Extent.of(pixels)
    if extent != drawing.extent and not order.fit and (metadata is None or metadata.canvas != str(extent)):
        control_map = make_control_map(drawing, _settings(order, metadata))
        lines = reference_lines(control_map.pixels, control_map.settings.name)
        raise InputError(
            f"image {order.image} must have the wireframe's size {drawing.extent}, got {extent}: "
            f"{likely_placement(pixels, lines)}; --fit places the wireframe on the image's size"
        )
    wireframe, placement = place_on_canvas(drawing, extent)
    elements = load_elements(order.elements, drawing.extent)
    return ScoringRequest(
        image=pixels,
        control_map=make_control_map(wireframe, _settings(order, metadata)),
        wireframe=wireframe,
        prompt=order.prompt,
        texts=order.texts,
        elements=None if elements is None else placement.elements(elements),
        invented_text=order.invented_text,
    )


def write_overlay(request: ScoringRequest, card: ScoreCard, path: Path) -> None:
    """Save a PNG with the kept, missing and invented edges of a scored image and its largest shift.

    Raises:
        InputError: the file cannot be written.
    """
    from scoring.control_view import ControlView
    from scoring.overlay import asset_overlay

    view = ControlView.of(request.image, request.control_map.pixels, request.control_map.settings.name)
    write_atomic(path, png_bytes(asset_overlay(view.edges, view.lines, card, request.image)))


def score_rows(
    rows: Sequence[ScoreRow], base: Path, scorer: Scorer, fit: bool = False, invented_text: bool = False
) -> Iterator[dict[str, Any]]:
    """Yield a JSON object for each row, with `scores`, or with `error` where the row failed."""
    for row in rows:
        line = {"id": str(row.id), "image": row.image}
        try:
            order = replace(row.order(base, fit), invented_text=invented_text)
            yield line | {"scores": score_image(order, scorer).as_json()}
        except LineproofError as error:
            yield line | {"error": str(error)}
        except Exception as error:  # one row's failure, whatever it is, must not cost the others
            yield line | {"error": f"unexpected {type(error).__name__}: {' '.join(str(error).split())}"}


def load_image(path: Path) -> NDArray[np.uint8]:
    """An image to score as RGB uint8 (H, W, 3); transparency on white; raises InputError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"image {path} cannot be read: {error.strerror or error}") from None
    if sniff_format(data) is None:
        raise InputError(f"image {path} must be a PNG, JPEG or WebP file, got {describe_type(data)}")
    pixels, _ = decode_raster(data, str(path))
    return pixels


def _own_metadata(image: Path, wireframe_digest: str) -> AssetMetadata | None:
    """The image's metadata, if Lineproof made it from this very wireframe."""
    try:
        metadata = read_metadata(image)
    except InputError:
        return None
    return metadata if metadata.wireframe.digest == wireframe_digest else None


def _settings(order: ScoreOrder, metadata: AssetMetadata | None) -> ConditionerSettings:
    if order.conditioner is None and metadata is not None:
        return metadata.control_map.settings()
    return ConditionerSettings(name=order.conditioner or "canny")
