"""How the pages look: gradio's base theme in neutral greys, with the system's own type, so that nothing is fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import gradio

STATIC: Final = Path(__file__).resolve().parent / "static"

# The script and the style sheet are files of their own, which browsers keep.
HEAD: Final = '<link rel="stylesheet" href="/static/app.css"><script src="/static/app.js" defer></script>'

_SANS: Final = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
_MONO: Final = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def theme() -> gradio.themes.Base:
    """The theme, light and dark; contrasts are at least 4.5:1 for text."""
    return gradio.themes.Base(
        primary_hue=gradio.themes.colors.blue,
        secondary_hue=gradio.themes.colors.zinc,
        neutral_hue=gradio.themes.colors.zinc,
        font=list(_SANS),
        font_mono=list(_MONO),
        radius_size=gradio.themes.sizes.radius_md,
    ).set(
        color_accent="*primary_700",
        link_text_color_dark="*primary_300",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_600",
        button_primary_text_color="white",
        button_primary_text_color_dark="white",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_300",
        block_label_text_color="*neutral_700",
        block_label_text_color_dark="*neutral_200",
        block_title_text_color="*neutral_800",
        block_title_text_color_dark="*neutral_100",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        checkbox_label_text_color="*neutral_800",
        checkbox_label_text_color_dark="*neutral_100",
    )
