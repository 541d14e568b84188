"""What happens on the page Create: each method is one event, and talks to the desk alone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio
from PIL import Image

from conditioners.control_map import ConditionerSettings, make_control_map
from conditioners.errors import InputError, LineproofError
from conditioners.geometry import Extent
from conditioners.lint import LintLimits, lint_file
from conditioners.wireframe import load_wireframe
from pipeline.command_line import command_line
from pipeline.design_tokens import read_design_tokens
from pipeline.export import png_bytes, write_atomic
from pipeline.jobs.create import Candidate
from pipeline.jobs.desk import Desk, JobView
from pipeline.jobs.orders import CreateOrder
from pipeline.jobs.records import Job
from pipeline.jobs.repair import create_order_of, origin_of
from pipeline.jobs.review_pile import PILE, send_to_review
from pipeline.metadata import read_metadata
from pipeline.models import load_spec
from ui.web import prompt_helper, render, words
from ui.web.ownership import Ownership
from ui.web.presets import find_preset
from ui.web.request import lane_of, owner_of

NO_DRAWING = render.empty(
    "No drawing yet",
    "Drop, paste or draw a wireframe. What the model will be shown appears here before anything runs.",
)
NO_RESULT = render.empty(
    "No candidates yet", "Describe the component and press Generate: four candidates, ranked, with reasons in words."
)


@dataclass(frozen=True, kw_only=True)
class Follow:
    """What a page remembers of the job it follows: `seen` is what it showed last, `chosen` the seed at large."""

    key: str = ""
    seen: tuple[Any, ...] = ()
    chosen: int | None = None


class CreateActions:
    """The events of the page; files are looked at only where they are the asker's."""

    def __init__(self, desk: Desk, ownership: Ownership) -> None:
        self.desk, self.ownership = desk, ownership

    def pick(self, upload: str | None, request: gradio.Request) -> str | None:
        """A wireframe was uploaded or pasted; return its path."""
        if not upload:
            return None
        return str(self._own(upload, owner_of(request)))

    def keep_drawing(self, drawing: dict[str, Any] | None, request: gradio.Request) -> str:
        """The drawing on the canvas becomes the wireframe: flattened on white, saved as PNG."""
        picture = (drawing or {}).get("composite")
        if not isinstance(picture, Image.Image) or not picture.getbbox():
            raise shown(InputError("the canvas is empty: draw the outlines of a component first"))
        ground = Image.new("RGBA", picture.size, "white")
        flat = Image.alpha_composite(ground, picture.convert("RGBA")).convert("RGB")
        path = self.ownership.cache / f"drawing-{secrets.token_hex(8)}" / "drawing.png"
        write_atomic(path, png_bytes(gradio_array(flat)))
        self.ownership.give(path, owner_of(request))
        return str(path)

    def inspect(
        self,
        wireframe: str | None,
        conditioner: str,
        polarity: str,
        low: float,
        high: float,
        automatic: bool,
        model: str,
        request: gradio.Request,
    ) -> tuple[str, str]:
        """Return the linter's remarks and the control map as the model gets it."""
        if not wireframe:
            return "", NO_DRAWING
        try:
            path = self._own(wireframe, owner_of(request))
            found = lint_file(path, polarity, limits_of(model))
            if any(one.severity == "problem" for one in found):
                return render.remarks(plain_names(found, path)), NO_DRAWING
            drawing = load_wireframe(path, polarity)
            settings = ConditionerSettings(name=conditioner, low=int(low), high=int(high), automatic=automatic)
            made = make_control_map(drawing, settings)
        except LineproofError as error:
            return render.fragment("problem", text=without_path(str(error), wireframe)), NO_DRAWING
        used = made.settings
        how = f"{used.name} {used.low}/{used.high}" if used.name == "canny" else used.name
        caption = f"{made.extent} px, {how}, read as {drawing.polarity}."
        return render.remarks(found), render.control_map(made.pixels, caption, found)

    def write_prompt(self, component: str, style: str, colour: str, background: str, icon: str, label: str) -> str:
        """The prompt that the helper's words make."""
        named = [
            prompt_helper.nearest_name(one) if one.startswith("#") else one for one in (colour or "", background or "")
        ]
        return prompt_helper.write_prompt(
            prompt_helper.PromptParts(
                component=component or "",
                style=style or "",
                colour=named[0],
                background=named[1],
                icon=icon,
                label=label,
            )
        )

    def read_tokens(self, upload: str | None, request: gradio.Request) -> tuple[Any, Any, str]:
        """The colours of a design-token file become choices."""
        names: list[tuple[str, str]] = [(name, name) for name in prompt_helper.colour_names()]
        if not upload:
            return gradio.Dropdown(choices=names), gradio.Dropdown(choices=names), ""
        try:
            tokens = read_design_tokens(self._own(upload, owner_of(request)))
        except LineproofError as error:
            problem = render.fragment("problem", text=without_path(str(error), upload))
            return gradio.Dropdown(choices=names), gradio.Dropdown(choices=names), problem
        choices = prompt_helper.token_choices(tokens) + names
        told = render.fragment("fine", text=f"{len(tokens)} colours were read; prompts use the nearest colour name.")
        return gradio.Dropdown(choices=choices), gradio.Dropdown(choices=choices), told

    def preset(self, name: str, model: str) -> tuple[float, float]:
        """Control scale and end of a preset, for a model."""
        chosen = find_preset(name)
        return round(load_spec(model).defaults.scale * chosen.scale, 2), chosen.control_end

    def defaults(self, model: str) -> tuple[int, float]:
        """Steps and guidance that a model was made for."""
        found = load_spec(model).defaults
        return found.steps, found.cfg

    def submit(self, wireframe: str | None, order: dict[str, Any], request: gradio.Request) -> Job:
        """Hand an order in. Raises gradio.Error in words."""
        try:
            if not wireframe:
                raise InputError("drop, paste or draw a wireframe first")
            path = self._own(wireframe, owner_of(request))
            name = f"wireframe{path.suffix.lower()}"
            read = CreateOrder.read({"wireframe": name, "name": path.name} | order)
            return self.desk.submit(owner_of(request), lane_of(request), read, path)
        except LineproofError as error:
            raise shown(error) from error

    def more(self, follow: Follow, request: gradio.Request) -> Job:
        """Further candidates with the same settings and new seeds."""
        view = self.view(follow, request)
        if view is None:
            raise shown(InputError("choose a candidate first"))
        order = create_order_of(view.job)
        after = max([order.seed + order.count - 1, *(one.seed for one in view.candidates)]) + 1
        wireframe = self.desk.home.job(view.job.owner, view.job.key) / order.wireframe
        try:
            again = order.model_copy(update={"seed": after})
            return self.desk.submit(owner_of(request), lane_of(request), again, wireframe)
        except LineproofError as error:
            raise shown(error) from error

    def repair(self, follow: Follow, seed: int, element: int, request: gradio.Request) -> Job:
        """Make one element of a candidate anew."""
        view = self.view(follow, request)
        if view is None:
            raise shown(InputError("choose a candidate first"))
        try:
            return self.desk.repair(owner_of(request), lane_of(request), view.job, seed, element)
        except LineproofError as error:
            raise shown(error) from error

    def review(self, follow: Follow, request: gradio.Request) -> str:
        """Send the candidate at large to review."""
        view = self.view(follow, request)
        one = None if view is None else chosen_of(view, follow)
        if view is None or one is None:
            raise shown(InputError("choose a candidate first"))
        try:
            new = send_to_review(self.desk.home, view.job, create_order_of(view.job), one)
        except LineproofError as error:
            raise shown(error) from error
        text = f"It is in the run {PILE} on the page Reports" if new else f"It was in the run {PILE} already"
        return render.fragment("fine", text=f"{text}.")

    def cancel(self, follow: Follow, request: gradio.Request) -> None:
        """Ask for the job at hand to end."""
        if follow.key:
            self.desk.cancel(follow.key, owner_of(request))

    def view(self, follow: Follow, request: gradio.Request) -> JobView | None:
        """The job that the page follows, if it is the asker's."""
        return self.desk.view(follow.key, owner_of(request)) if follow.key else None

    def ordered(self, follow: Follow, request: gradio.Request) -> tuple[Path, CreateOrder] | None:
        """The wireframe and the order of the job that the page follows, if it is the asker's."""
        job = self.desk.queue.find(follow.key, owner_of(request)) if follow.key else None
        if job is None:
            return None
        order = create_order_of(job)
        return self.desk.home.job(job.owner, job.key) / order.wireframe, order

    def restore(self, request: gradio.Request) -> Follow:
        """What a page shows first: the job that its address names, else the one at hand."""
        owner = owner_of(request)
        asked = dict(request.query_params).get("job", "")
        job = self.desk.queue.find(asked, owner) if asked else None
        job = job or self.desk.newest(owner)
        return Follow(key=job.key) if job else Follow()

    def _own(self, path: str, owner: str) -> Path:
        """A file that the asker uploaded or that lies in one of their jobs. Raises InputError for any other."""
        given = Path(path)
        inside = given.resolve().is_relative_to(self.desk.home.user(owner).resolve())
        if not inside and not self.ownership.owns(owner, given):
            raise InputError("this file is not there any more: upload it again")
        return given


def ranked(found: list[Candidate]) -> list[int]:
    """Places of the candidates, the best first."""
    return words.rank([one.card for one in found])


def chosen_of(view: JobView, follow: Follow) -> Candidate | None:
    """The candidate at large: the one that was chosen, else the best."""
    by_seed = {one.seed: one for one in view.candidates}
    if follow.chosen in by_seed:
        return by_seed[follow.chosen]
    return view.candidates[ranked(view.candidates)[0]] if view.candidates else None


def large(view: JobView, one: Candidate) -> tuple[str, str]:
    """The candidate at large, and how to take it away."""
    origin = origin_of(one)
    metadata = read_metadata(origin or one.asset)
    extent = Extent.parse(metadata.request.size)
    command = command_line(metadata, create_order_of(view.job).name)
    if origin:
        command = f"# the image before its repair\n{command}"
    return render.detail(view.job.key, one, extent), render.export_form(view.job.key, one, command)


def limits_of(model: str) -> LintLimits:
    """What the linter holds a drawing to: the embedded model's card, and larger models' native canvas."""
    if model == "embedded":
        return LintLimits()
    try:
        sdxl = load_spec(model).family == "sdxl"
    except InputError:
        sdxl = False
    return LintLimits(label_height=24, area=1024 * 1024 if sdxl else 768 * 768)


def shown(error: LineproofError) -> gradio.Error:
    """An error as the page shows it: its words, without a traceback."""
    return gradio.Error(str(error), title="That did not work", print_exception=False)


def without_path(text: str, path: str) -> str:
    """A message without the server's folders, which mean nothing to who uploaded the file."""
    return text.replace(str(path), Path(path).name)


def plain_names(found: Any, path: Path) -> list[Any]:
    """Remarks whose texts name the file as its user does."""
    from dataclasses import replace

    return [replace(one, text=without_path(one.text, str(path))) for one in found]


def gradio_array(picture: Image.Image) -> Any:
    """The picture as RGB uint8 (H, W, 3)."""
    import numpy as np

    return np.asarray(picture)
