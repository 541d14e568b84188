"""`lineproof condition`: the control map alone."""

from __future__ import annotations

from pathlib import Path

import click

from ui.options import PATH, conditioning_options, json_option


@click.command()
@click.argument("wireframe", type=PATH)
@conditioning_options
@click.option("--out", type=PATH, required=True, metavar="FILE", help="The PNG to write.")
@click.option(
    "--lint",
    is_flag=True,
    help="Remark on the drawing as well: polarity, thin or faint strokes, small labels, strokes on the edge, size.",
)
@json_option
def condition(
    wireframe: Path,
    conditioner: str,
    size: str | None,
    polarity: str,
    low: int,
    high: int,
    auto_thresholds: bool,
    out: Path,
    lint: bool,
    as_json: bool,
) -> None:
    """Save the control map of WIREFRAME exactly as the model gets it: white lines on black."""
    from conditioners.control_map import ConditionerSettings, make_control_map
    from conditioners.errors import InputError
    from conditioners.lint import LintLimits, lint_wireframe
    from conditioners.wireframe import load_wireframe
    from pipeline.canvas import place_on_canvas
    from pipeline.export import check_folder, png_bytes, write_atomic
    from pipeline.settings import parse_size
    from ui.console import print_json, quiet_libraries, warn

    quiet_libraries(download=False)
    settings = ConditionerSettings(name=conditioner, low=low, high=high, automatic=auto_thresholds)
    if out.suffix.lower() != ".png" or out.is_dir():
        raise InputError(f"out must name a .png file, got {out}")
    drawing = load_wireframe(wireframe, polarity)
    placed, _ = place_on_canvas(drawing, parse_size(size) if size else None)
    control_map = make_control_map(placed, settings)
    check_folder(out.parent)
    write_atomic(out, png_bytes(control_map.pixels))
    remarks = lint_wireframe(drawing, LintLimits()) if lint else ()
    if as_json:
        print_json(
            {
                "control_map": str(out),
                "wireframe": str(wireframe),
                "conditioner": control_map.settings.name,
                "size": str(control_map.extent),
                "polarity": placed.polarity,
                "polarity_forced": drawing.polarity_forced,
                "low": control_map.settings.low,
                "high": control_map.settings.high,
                "digest": control_map.digest,
            }
            | ({"remarks": [remark.as_json() for remark in remarks]} if lint else {})
        )
    else:
        forced = "forced" if drawing.polarity_forced else "detected"
        click.echo(f"{out}  {control_map.extent}, {placed.polarity} ({forced})")
        for remark in remarks:
            warn(f"{remark.rule}: {remark.text}")
