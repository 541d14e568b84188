"""The part of the page Create that follows a job by its key: status, candidates, the one at large, what to do now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import gradio

from ui.web import render
from ui.web.create_actions import NO_RESULT, CreateActions, Follow, chosen_of, large, ranked

POLL_SECONDS: Final = 0.7
QUIET: Final[dict[str, Any]] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": None}

DELEGATE: Final = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-action]');
  if (button) trigger('click', {...button.dataset});
});
"""
"""Makes every element with `data-action` a button of its component, whose data come with the event."""

Updates = dict[Any, Any]
"""New values by component; what is not in it stays as it is."""


@dataclass(kw_only=True)
class Followed:
    """The components, and what fills them."""

    page: gradio.Blocks
    actions: CreateActions
    state: Any
    timer: Any
    status: Any
    cancel: Any
    candidates: Any
    detail: Any
    more: Any
    review: Any
    reviewed: Any
    export: Any

    @property
    def components(self) -> list[Any]:
        """All that an event may change."""
        return [
            self.state, self.timer, self.status, self.cancel, self.candidates, self.detail, self.more, self.review,
            self.reviewed, self.export,
        ]  # fmt: skip

    def start(self, button: Any, source: Any, fields: dict[str, Any]) -> None:
        """Wire the button that makes a job of the wireframe and the fields, and everything about jobs."""

        def submit(request: gradio.Request, wireframe: str | None, *values: Any) -> Updates:
            job = self.actions.submit(wireframe, order_of(dict(zip(fields, values, strict=True))), request)
            return self.updates(Follow(key=job.key), request)

        button.click(submit, [source, *fields.values()], self.components, **QUIET)
        self.timer.tick(self.updates, self.state, self.components, trigger_mode="once", **QUIET)
        self.candidates.click(self._choose, self.state, self.components, **QUIET)
        self.detail.click(self._repair, self.state, self.components, **QUIET)
        self.more.click(self._more, self.state, self.components, **QUIET)
        self.cancel.click(self._cancel, self.state, self.components, **QUIET)
        self.review.click(self.actions.review, self.state, self.reviewed, **QUIET)

        def load(request: gradio.Request) -> Updates:
            return self.updates(self.actions.restore(request), request)

        def fill(request: gradio.Request, follow: Follow, *values: Any) -> Updates:
            # What somebody has begun to enter meanwhile stays.
            found = {} if any(values) else self._ordered(follow, source, fields, request)
            return found or {source: gradio.skip()}

        restored = [source, fields["prompt"], fields["texts"]]
        loaded = self.page.load(load, None, self.components, **QUIET)
        loaded.then(fill, [self.state, *restored], restored, **QUIET)

    def updates(self, follow: Follow, request: gradio.Request) -> Updates:
        """All that shows a job; nothing is sent again that the page shows already."""
        view = self.actions.view(follow, request)
        if view is None:
            return {self.state: Follow(), self.timer: gradio.Timer(active=False)}
        chosen = chosen_of(view, follow)
        seed = chosen.seed if chosen else None
        images = tuple(one.seed for one in view.candidates)
        head = (view.job.status, view.job.stop, view.progress.version, view.place.ahead)
        seen, before = (*head, images, seed), follow.seen
        if seen == before:
            return {self.state: gradio.skip()}
        found: Updates = {
            self.state: replace(follow, seen=seen),
            self.timer: gradio.Timer(active=view.job.active),
            self.status: render.progress(view),
            self.cancel: gradio.Button(visible=view.job.active),
        }
        if before[len(head) :] == (images, seed):
            return found
        shows = gradio.Button(visible=chosen is not None)
        found |= {self.more: shows, self.review: shows, self.reviewed: ""}
        if chosen is None:
            nothing = "" if view.job.active else NO_RESULT
            return found | {self.candidates: nothing, self.detail: "", self.export: ""}
        detail, export = large(view, chosen)
        candidates = render.candidates(view, ranked(view.candidates), seed)
        return found | {self.candidates: candidates, self.detail: detail, self.export: export}

    def _choose(self, now: Follow, event: gradio.EventData, request: gradio.Request) -> Updates:
        return self.updates(replace(now, chosen=int(event.seed), seen=()), request)

    def _repair(self, now: Follow, event: gradio.EventData, request: gradio.Request) -> Updates:
        job = self.actions.repair(now, int(event.seed), int(event.element), request)
        return self.updates(Follow(key=job.key), request)

    def _more(self, now: Follow, request: gradio.Request) -> Updates:
        return self.updates(Follow(key=self.actions.more(now, request).key), request)

    def _cancel(self, now: Follow, request: gradio.Request) -> Updates:
        self.actions.cancel(now, request)
        return self.updates(replace(now, seen=()), request)

    def _ordered(self, follow: Follow, source: Any, fields: dict[str, Any], request: gradio.Request) -> Updates:
        """What a job was ordered with, so that a page that is opened again is not empty."""
        ordered = self.actions.ordered(follow, request)
        if ordered is None:
            return {}
        wireframe, order = ordered
        return {source: str(wireframe), fields["prompt"]: order.prompt, fields["texts"]: "\n".join(order.texts)}


def build_follow(page: gradio.Blocks, actions: CreateActions) -> Followed:
    """Lay out the components; to be called inside gradio's Blocks."""
    plain: dict[str, Any] = {"apply_default_css": False}
    state, timer = gradio.State(Follow()), gradio.Timer(POLL_SECONDS, active=False)
    gradio.Markdown("## Candidates")
    status = gradio.HTML("", elem_id="status", **plain)
    cancel = gradio.Button("Cancel", variant="stop", visible=False, elem_id="cancel")
    candidates = gradio.HTML(NO_RESULT, elem_id="candidates", js_on_load=DELEGATE, **plain)
    detail = gradio.HTML("", elem_id="detail", js_on_load=DELEGATE, **plain)
    with gradio.Row():
        more = gradio.Button("More with new seeds", visible=False, elem_id="more")
        review = gradio.Button("Send to review", visible=False, elem_id="review")
    return Followed(
        page=page, actions=actions, state=state, timer=timer, status=status, cancel=cancel, candidates=candidates,
        detail=detail, more=more, review=review, reviewed=gradio.HTML("", elem_id="reviewed", **plain),
        export=gradio.HTML("", elem_id="export", **plain),
    )  # fmt: skip


def order_of(values: dict[str, Any]) -> dict[str, Any]:
    """The components' values as an order's fields."""
    values["texts"] = [line.strip() for line in (values["texts"] or "").splitlines() if line.strip()]
    for name in ("seed", "count", "steps", "low", "high"):
        values[name] = None if values[name] is None else int(values[name])
    return {name: value for name, value in values.items() if value is not None}
