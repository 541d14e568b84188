"""The command that makes an asset again, as it can be pasted into a POSIX shell."""

from __future__ import annotations

import shlex

from conditioners.canny import DEFAULT_HIGH, DEFAULT_LOW
from pipeline.metadata import AssetMetadata


def command_line(metadata: AssetMetadata, wireframe: str) -> str:
    """Return `lineproof generate ...` for one asset; options at their defaults are left out, sampling is spelled out.

    `wireframe` is the drawing's file as the reader will have it. Thresholds that were fitted are given as found.
    """
    # A name or value that starts with a dash would be taken for an option.
    words = ["lineproof", "generate", f"./{wireframe}" if wireframe.startswith("-") else wireframe]
    for option, value in _options(metadata):
        words += [f"{option}={value}"] if value.startswith("-") else [option, value]
    return shlex.join(words)


def _options(metadata: AssetMetadata) -> list[tuple[str, str]]:
    request, control = metadata.request, metadata.control_map
    found = [("--prompt", request.prompt)]
    if request.negative:
        found.append(("--negative", request.negative))
    found.append(("--conditioner", control.conditioner))
    if (control.low, control.high) != (DEFAULT_LOW, DEFAULT_HIGH):
        found += [("--low", str(control.low)), ("--high", str(control.high))]
    if metadata.canvas:
        found.append(("--size", metadata.canvas))
    if metadata.wireframe.polarity_forced:
        found.append(("--polarity", metadata.wireframe.polarity))
    found += [("--model", metadata.model_reference), ("--seed", str(request.seed)), ("--steps", str(request.steps))]
    found += [("--cfg", repr(request.cfg)), ("--scale", repr(request.scale))]
    if request.control_start > 0:
        found.append(("--control-start", repr(request.control_start)))
    if request.control_end < 1:
        found.append(("--control-end", repr(request.control_end)))
    return found + [("--text", text) for text in metadata.texts]
