"""The page Create: drawing and words on the left, what the model sees and what it makes on the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio

from conditioners.canny import DEFAULT_HIGH, DEFAULT_LOW
from conditioners.catalog import names as conditioner_names
from pipeline.models import load_spec
from pipeline.models import names as model_names
from ui.web import prompt_helper
from ui.web.create_actions import NO_DRAWING, CreateActions
from ui.web.follow import build_follow
from ui.web.presets import PRESETS

POLARITIES = ("auto", "dark-on-light", "light-on-dark")
FILE_TYPES = [".png", ".jpg", ".jpeg", ".webp", ".svg"]
DEFAULT_MODEL = "embedded"


@dataclass(kw_only=True)
class Inputs:
    """The components of the left column that an order is made of."""

    upload: Any
    editor: Any
    use_drawing: Any
    prompt: Any
    texts: Any
    preset: Any
    model: Any
    conditioner: Any
    polarity: Any
    low: Any
    high: Any
    automatic: Any
    seed: Any
    count: Any
    scale: Any
    steps: Any
    cfg: Any
    control_end: Any
    size: Any
    negative: Any

    def order(self) -> dict[str, Any]:
        """Component by the order's field."""
        fields = ("prompt", "negative", "conditioner", "model", "seed", "count", "size", "scale", "steps", "cfg")
        fields += ("control_end", "texts", "polarity", "low", "high", "automatic")  # type: ignore[assignment]
        return {name: getattr(self, name) for name in fields}


def build_create(page: gradio.Blocks, actions: CreateActions) -> None:
    """Lay the page out and wire it; to be called inside gradio's Blocks."""
    gradio.Markdown("# Create\nA wireframe and a prompt become UI assets whose lines stay where they were drawn.")
    source = gradio.State(None)
    with gradio.Row(equal_height=False):
        with gradio.Column(scale=5, min_width=320):
            inputs, remarks, generate = _left(actions)
        with gradio.Column(scale=7, min_width=320):
            gradio.Markdown("## What the model is shown")
            shown_map = gradio.HTML(NO_DRAWING, elem_id="map", apply_default_css=False)
            followed = build_follow(page, actions)
    _wire_drawing(actions, inputs, remarks, shown_map, source)
    followed.start(generate, source, inputs.order())


def _left(actions: CreateActions) -> tuple[Inputs, Any, Any]:
    gradio.Markdown("## 1. Drawing")
    with gradio.Tabs():
        with gradio.Tab("Upload or paste"):
            upload = gradio.File(
                label="Wireframe: PNG, JPEG, WebP or SVG", file_types=FILE_TYPES, elem_id="wireframe", height=132
            )
        with gradio.Tab("Draw"):
            editor = gradio.ImageEditor(
                label="Canvas",
                type="pil",
                format="png",
                sources=[],
                canvas_size=(384, 192),
                fixed_canvas=True,
                brush=gradio.Brush(default_size=3, colors=["#000000"], color_mode="fixed"),
                layers=False,
                transforms=[],
                height=320,
                elem_id="canvas",
            )
            gradio.Markdown("Choose the brush on the canvas's left, draw the outlines, then:")
            use_drawing = gradio.Button("Use this drawing")
    remarks = gradio.HTML("", elem_id="remarks", apply_default_css=False)
    gradio.Markdown("## 2. Words")
    prompt = gradio.Textbox(
        label="Prompt", placeholder='a blue flat button with the label "Save"', lines=2, elem_id="prompt"
    )
    _helper(actions, prompt)
    texts = gradio.Textbox(label="Texts that must be readable, one a line", lines=1, elem_id="texts")
    preset = gradio.Radio(
        [(one.name.capitalize(), one.name) for one in PRESETS],
        value="balanced",
        label="How close to the drawing",
        info=". ".join(f"{one.name.capitalize()}: {one.summary}" for one in PRESETS),
        elem_id="preset",
    )
    inputs = _advanced(upload, editor, use_drawing, prompt, texts, preset)
    generate = gradio.Button("Generate", variant="primary", size="lg", elem_id="generate")
    return inputs, remarks, generate


def _helper(actions: CreateActions, prompt: Any) -> None:
    names = list(prompt_helper.colour_names())
    with gradio.Accordion("Help with the prompt", open=False):
        with gradio.Row():
            component = gradio.Dropdown(
                list(prompt_helper.COMPONENTS), value="button", label="Component", min_width=140
            )
            style = gradio.Dropdown(["", *prompt_helper.STYLES], value="", label="Style", min_width=140)
        with gradio.Row():
            colour = gradio.Dropdown(names, value="blue", label="Colour", allow_custom_value=True, min_width=140)
            ground = gradio.Dropdown(["", *names], value="", label="Background", allow_custom_value=True, min_width=140)
            picker = gradio.ColorPicker(value="#1e73e8", label="Pick a colour", min_width=140)
        with gradio.Row():
            icon = gradio.Textbox(label="Icon", placeholder="heart", min_width=140)
            label = gradio.Textbox(label="Label on it", placeholder="Save", min_width=140)
        tokens = gradio.File(label="Design tokens (W3C JSON)", file_types=[".json", ".tokens"], height=110)
        told = gradio.HTML("", apply_default_css=False)
        write = gradio.Button("Write the prompt")
    words = [component, style, colour, ground, icon, label]
    write.click(actions.write_prompt, words, prompt, api_visibility="private", show_progress="hidden")
    picker.change(prompt_helper.nearest_name_or_blank, picker, colour, api_visibility="private", show_progress="hidden")
    tokens.change(actions.read_tokens, tokens, [colour, ground, told], api_visibility="private", show_progress="hidden")


def _advanced(upload: Any, editor: Any, use_drawing: Any, prompt: Any, texts: Any, preset: Any) -> Inputs:
    defaults = load_spec(DEFAULT_MODEL).defaults
    with gradio.Accordion("Advanced", open=False):
        with gradio.Row():
            model = gradio.Dropdown(list(model_names()), value=DEFAULT_MODEL, label="Model", min_width=140)
            conditioner = gradio.Dropdown(list(conditioner_names()), value="canny", label="Conditioner", min_width=140)
            polarity = gradio.Dropdown(list(POLARITIES), value="auto", label="How it is drawn", min_width=140)
        with gradio.Row():
            low = gradio.Number(DEFAULT_LOW, label="Canny low", precision=0, min_width=100)
            high = gradio.Number(DEFAULT_HIGH, label="Canny high", precision=0, min_width=100)
            automatic = gradio.Checkbox(False, label="Fit thresholds to the drawing", min_width=160)
        with gradio.Row():
            count = gradio.Slider(1, 8, value=4, step=1, label="Candidates", min_width=140)
            seed = gradio.Number(0, label="First seed", precision=0, min_width=100)
        with gradio.Row():
            scale = gradio.Slider(0, 2, value=1, step=0.05, label="Control scale", min_width=140)
            control_end = gradio.Slider(0.05, 1, value=1, step=0.05, label="Control until", min_width=140)
        with gradio.Row():
            steps = gradio.Number(defaults.steps, label="Steps", precision=0, minimum=1, maximum=150, min_width=140)
            cfg = gradio.Number(defaults.cfg, label="Guidance", minimum=0, maximum=30, min_width=140)
        size = gradio.Textbox(label="Canvas WxH (empty: the drawing's size)", placeholder="375x200")
        negative = gradio.Textbox(label="What it must not look like (needs guidance above 1)")
    return Inputs(
        upload=upload, editor=editor, use_drawing=use_drawing, prompt=prompt, texts=texts, preset=preset, model=model,
        conditioner=conditioner, polarity=polarity, low=low, high=high, automatic=automatic, seed=seed, count=count,
        scale=scale, steps=steps, cfg=cfg, control_end=control_end, size=size, negative=negative,
    )  # fmt: skip


def _wire_drawing(actions: CreateActions, inputs: Inputs, remarks: Any, shown_map: Any, source: Any) -> None:
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    settings = [inputs.conditioner, inputs.polarity, inputs.low, inputs.high, inputs.automatic, inputs.model]
    inputs.upload.change(actions.pick, inputs.upload, source, **quiet)
    inputs.use_drawing.click(actions.keep_drawing, inputs.editor, source, **quiet)
    for one in (source, *settings):
        one.change(actions.inspect, [source, *settings], [remarks, shown_map], trigger_mode="always_last", **quiet)
    for one in (inputs.preset, inputs.model):
        one.change(actions.preset, [inputs.preset, inputs.model], [inputs.scale, inputs.control_end], **quiet)
    inputs.model.change(actions.defaults, inputs.model, [inputs.steps, inputs.cfg], **quiet)
