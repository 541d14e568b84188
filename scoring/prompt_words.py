"""The words of prompts: what names a component, a style, a state, and what says nothing that could be checked."""

from scoring.colour_words import words

COMPONENT_WORDS: dict[str, tuple[str, ...]] = {
    "button": ("button", "btn", "cta", "push button", "call to action"),
    "icon button": ("icon button", "icon only button"),
    "floating action button": ("floating action button", "fab", "floating button"),
    "icon": ("icon", "glyph", "pictogram"),
    "toggle": ("toggle", "switch", "toggle switch", "on off switch", "toggle button"),
    "checkbox": ("checkbox", "check box", "tick box", "tickbox"),
    "radio button": ("radio button", "radio", "option button"),
    "slider": ("slider", "range slider", "range input", "range control"),
    "stepper": ("stepper", "number stepper", "quantity selector", "quantity picker", "number input", "spin box",
                "spinbox", "spin button"),
    "text field": ("text field", "textfield", "text input", "input field", "input box", "input", "text box", "textbox",
                   "field", "form field"),
    "search bar": ("search bar", "searchbar", "search field", "search box", "search input"),
    "select": ("select", "dropdown", "drop down", "select box", "select menu", "combobox", "combo box", "dropdown menu",
               "drop down menu", "picker"),
    "badge": ("badge", "notification badge", "count badge", "counter badge"),
    "chip": ("chip", "tag", "pill", "filter chip"),
    "avatar": ("avatar", "profile picture", "profile image", "user picture"),
    "progress bar": ("progress bar", "progressbar", "progress indicator", "loading bar", "progress"),
    "spinner": ("spinner", "loader", "loading spinner", "loading indicator", "activity indicator", "throbber",
                "circular progress"),
    "tab bar": ("tab bar", "tabbar", "tabs", "tab strip", "segmented control", "row of tabs"),
    "navigation bar": ("navigation bar", "nav bar", "navbar", "app bar", "top bar", "bottom bar", "bottom navigation",
                       "toolbar", "header bar", "header"),
    "toast": ("toast", "snackbar", "snack bar", "notification", "alert", "alert banner", "message bar", "banner"),
    "tooltip": ("tooltip", "tool tip", "popover", "hint bubble"),
    "card": ("card", "tile"),
    "list row": ("list row", "list item", "list entry", "row", "settings row", "menu item", "table row"),
    "dialog": ("dialog", "dialogue", "dialog box", "modal", "modal dialog", "popup", "pop up", "message box"),
    "layout": ("layout", "form", "settings list", "settings panel", "settings screen", "screen", "login form",
               "sign in form", "signup form"),
}  # fmt: skip
"""Component -> the phrases that name it, lower case, without hyphens."""

STYLE_WORDS: dict[str, tuple[str, ...]] = {
    "flat": ("flat", "flat design", "minimal", "minimalist"),
    "outlined": ("outlined", "outline", "ghost", "stroked", "line style"),
    "gradient": ("gradient",),
    "glossy": ("glossy", "shiny", "gel", "aqua style"),
    "neumorphic": ("neumorphic", "neumorphism", "soft ui"),
    "glass": ("glass", "glassmorphic", "glassmorphism", "frosted", "frosted glass", "translucent"),
    "material": ("material", "material design"),
    "brutalist": ("brutalist", "brutalism", "neobrutalist", "neo brutalist", "neubrutalist"),
    "pixel": ("pixel", "pixel art", "pixelated", "8 bit"),
    "retro": ("retro", "bevel", "beveled", "bevelled", "retro bevel", "windows 95", "vintage"),
    "dark": ("dark", "dark mode", "dark theme", "dark themed"),
    "sketchy": ("sketchy", "hand drawn", "sketched", "doodle", "doodled"),
}
"""Style -> the phrases that name it. "dark" and "gradient" are colours as well: see `scoring/prompt_parse.py`."""

STATE_WORDS: dict[str, tuple[str, ...]] = {
    "on": ("on", "turned on", "switched on", "enabled"),
    "off": ("off", "turned off", "switched off"),
    "checked": ("checked", "ticked"),
    "unchecked": ("unchecked", "unticked", "empty"),
    "selected": ("selected", "chosen"),
    "unselected": ("unselected", "deselected", "not selected"),
    "disabled": ("disabled", "inactive", "greyed out"),
    "hover": ("hover", "hovered", "hovering"),
    "pressed": ("pressed", "active"),
    "focused": ("focused", "focussed"),
    "loading": ("loading",),
    "expanded": ("expanded", "open"),
    "collapsed": ("collapsed", "closed"),
}
"""State -> the phrases that name it."""

NUMBERS: dict[str, int] = {
    **{word: number for number, word in enumerate("two three four five six seven eight nine ten".split(), start=2)},
    **{str(number): number for number in range(2, 21)},
}

COUNTED = {
    "icons": "icon", "glyphs": "icon", "labels": "text", "texts": "text", "captions": "text", "tabs": "text",
    "buttons": "shape", "fields": "shape", "switches": "shape", "toggles": "shape", "cards": "shape",
    "checkboxes": "shape",
}  # fmt: skip
"""Plural -> the kind of element that is counted."""

SILENT = words(
    "a an the with and or of in on at to for by is are that which says say saying reading reads labeled labelled label "
    "labels text texts title titled caption word words called named having has have featuring containing including "
    "inside from its it one icon icons symbol logo background backdrop bg canvas page style styled mode theme themed "
    "color colour colored coloured shade tone border borders outline accent accents shadow ui component element widget "
    "control user interface design app mobile web simple modern clean solid plain against over under near next no "
    "without state position looks like look as showing shows show some there here this very nice beautiful image"
)
"""Words that a check need not understand: they join the others, or praise."""
