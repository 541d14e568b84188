"""Materialize 1: Material Design's first edition, coloured by its colour classes."""

from training.components.draw import Draw, Kit

COLOURS = (
    "red", "pink", "purple", "deep-purple", "indigo", "blue", "light-blue", "cyan", "teal",
    "green", "light-green", "lime", "amber", "orange", "deep-orange", "brown", "blue-grey",
)  # fmt: skip
BRIGHT = ("lime", "amber", "light-green", "cyan")
"""Colours on which the text is dark."""


def colour(d: Draw) -> None:
    """Choose a colour class, often a lighter or darker one, and the text that reads on it."""
    name = d.pick(*COLOURS)
    shade = d.pick("", "", "darken-1", "darken-2", "lighten-1")
    dark_text = name in BRIGHT and "darken" not in shade
    d.variant = f"{name} {shade} {'black-text' if dark_text else 'white-text'}"


def button(d: Draw) -> str:
    """A raised button, small, plain or large, now and then with an icon."""
    icon = f"{d.icon('1.2em')}&nbsp; " if d.chance(0.4) else ""
    flat = "box-shadow:none;" if d.chance(0.3) else ""
    return (
        f'<a data-c class="{d.pick("btn", "btn-large", "btn-small")} {d.variant}" '
        f'style="{flat}text-transform:{d.pick("none", "uppercase")}">{icon}{d.label()}</a>'
    )


def icon_button(d: Draw) -> str:
    """A square button with an icon."""
    return (
        f'<a data-c class="btn {d.variant}" style="width:54px;height:54px;padding:0;display:grid;'
        f'place-items:center">{d.icon("28px")}</a>'
    )


def fab(d: Draw) -> str:
    """A floating action button."""
    return (
        f'<a data-c class="btn-floating btn-large {d.variant}" style="display:grid;'
        f'place-items:center">{d.icon("28px", d.pick("plus-lg", "pencil", "chat", ""))}</a>'
    )


def text_field(d: Draw) -> str:
    """A field with a line under it and its label above."""
    label = (
        f'<label class="active" style="position:static;display:block;transform:none">{d.label()}</label>'
        if d.height >= 96
        else ""
    )
    return (
        f'<div class="input-field" style="width:{d.css_width()}px;margin:0">{label}<input data-c '
        f'type="text" value="{d.label()}" style="margin:0"></div>'
    )


def select(d: Draw) -> str:
    """The browser's own select in Materialize's dress."""
    return (
        f'<select data-c class="browser-default" style="width:{d.css_width(1, 1.5)}px;border:1px solid '
        f'#9e9e9e"><option>{d.label()}</option></select>'
    )


def _choice(d: Draw, on: str, off: str, attributes: str) -> str:
    checked = d.chance(0.7)
    d.said(on if checked else off)
    wide = d.width > d.height * 1.3
    style = "" if wide else "padding-left:20px;height:20px;font-size:0"
    return (
        f'<label style="display:block"><input {attributes} {"checked" if checked else ""}><span data-c '
        f'style="{style}">{d.label() if wide else ""}</span></label>'
    )


def checkbox(d: Draw) -> str:
    """A filled checkbox."""
    return _choice(d, "checked", "unchecked", 'type="checkbox" class="filled-in"')


def radio(d: Draw) -> str:
    """A radio button with a gap."""
    return _choice(d, "selected", "unselected", 'type="radio" class="with-gap"')


def toggle(d: Draw) -> str:
    """A switch whose knob is larger than its track."""
    state = d.said(d.pick("on", "off"))
    return (
        '<div class="switch" style="padding:4px 0"><label><input type="checkbox" '
        f'{"checked" if state == "on" else ""}><span data-c class="lever" style="margin:0 6px"></span>'
        "</label></div>"
    )


def slider(d: Draw) -> str:
    """A range."""
    return (
        f'<p class="range-field" style="margin:0;width:{d.css_width(1, 1.6)}px"><input data-c '
        f'type="range" value="{d.number(10, 90)}" style="margin:8px 0"></p>'
    )


def progress(d: Draw) -> str:
    """A determinate progress bar on a lighter track."""
    name = d.variant.split()[0]
    return (
        f'<div class="progress {name} lighten-4" style="margin:0;width:{d.css_width(1, 1.6)}px;'
        f'height:{d.number(6, 16)}px"><div data-c class="determinate {name}" '
        f'style="width:{d.number(15, 95)}%"></div></div>'
    )


def badge(d: Draw) -> str:
    """A new badge."""
    return (
        f'<span data-c class="new badge {d.variant}" data-badge-caption="" style="float:none;margin:0;'
        f'display:inline-block">{d.number(1, 99)}</span>'
    )


def chip(d: Draw) -> str:
    """A chip with an icon or a cross, plain or coloured."""
    inside = f"{d.word()} {d.icon(name='x')}" if d.chance(0.5) else f"{d.icon()} {d.word()}"
    return f'<div data-c class="chip {d.variant if d.chance(0.6) else ""}" style="margin:0">{inside}</div>'


def tab_bar(d: Draw) -> str:
    """Tabs on a coloured bar with an indicator."""
    items = "".join(
        (
            '<li class="tab" style="flex:1;min-width:0"><a style="color:inherit;padding:0 8px;'
            f'overflow:visible">{d.word()}</a></li>'
        )
        for _ in range(d.number(2, 3))
    )
    return (
        f'<ul data-c class="tabs {d.variant}" style="display:flex;width:{d.css_width(0.9, 1.3)}px;'
        f'overflow:visible">{items}<li class="indicator" style="left:0;right:60%;background:currentColor;'
        'height:3px"></li></ul>'
    )


def navbar(d: Draw) -> str:
    """A bar with a logo and links."""
    return (
        f'<nav data-c class="{d.variant}" style="width:{d.css_width(0.75, 1.0)}px"><div '
        'class="nav-wrapper" style="display:flex;justify-content:space-between;padding:0 18px">'
        f'<span style="font-size:22px">{d.icon("1em")} {d.word()}</span><span>{d.word()}</span></div></nav>'
    )


def toast(d: Draw) -> str:
    """A toast, dark or coloured."""
    return (
        f'<div data-c class="toast {d.variant if d.chance(0.5) else ""}" style="margin:0;top:0;'
        f'max-width:none;min-height:48px">{d.icon("1.3em")}<span style="margin:0 12px">{d.label()}</span>'
        "</div>"
    )


def card(d: Draw) -> str:
    """A card, white or coloured, with a title, a line and an action."""
    if d.chance(0.5):
        return (
            f'<div data-c class="card {d.variant}" style="margin:0;width:{d.css_width(0.85, 1.15)}px"><div '
            f'class="card-content" style="padding:18px"><span class="card-title">{d.label()}</span>'
            f"<p>{d.label(3)}</p></div>"
            f'<div class="card-action" style="padding:14px 18px">{d.icon()} {d.word()}</div></div>'
        )
    return (
        f'<div class="card" data-part="panel" style="margin:0;width:{d.css_width(0.85, 1.15)}px"><div '
        f'class="card-content" style="padding:18px"><span class="card-title">{d.label()}</span>'
        f"<p>{d.label(3)}</p></div>"
        f'<div class="card-action" style="padding:14px 18px"><a data-c class="btn {d.variant}" '
        f'style="text-transform:none">{d.word()}</a></div></div>'
    )


def list_row(d: Draw) -> str:
    """An item of a collection with an icon on a circle."""
    return (
        f'<ul class="collection" data-part="panel" style="margin:0;width:{d.css_width(0.85, 1.2)}px"><li '
        'class="collection-item avatar" style="min-height:0;padding-top:18px;padding-bottom:18px">'
        f'<span data-c class="circle {d.variant}" style="display:grid;place-items:center;'
        f'top:10px">{d.icon("20px")}</span><span class="title">{d.label()}</span></li></ul>'
    )


def dialog(d: Draw) -> str:
    """A modal with two buttons."""
    return (
        '<div class="modal" data-part="panel" style="display:block;position:static;margin:0;'
        f'max-height:none;overflow:visible;width:{d.css_width(0.75, 1.0)}px"><div class="modal-content" '
        f'style="padding:20px"><h5 style="margin:0 0 12px">{d.label()}</h5><p '
        f'style="margin:0">{d.label(3)}</p></div>'
        '<div class="modal-footer" style="padding:8px 14px"><a class="btn-flat" '
        f'style="text-transform:none">{d.word()}</a> <a data-c class="btn {d.variant}" '
        f'style="text-transform:none">{d.word()}</a></div></div>'
    )


def spinner(d: Draw) -> str:
    """The preloader at rest: the arcs of its circle."""
    name = d.variant.split()[0]
    return (
        '<div class="preloader-wrapper big active" style="display:block"><div data-c '
        f'class="spinner-layer {name}-text" style="opacity:1;border-color:currentColor"><div '
        'class="circle-clipper left"><div class="circle" style="transform:rotate(20deg)"></div></div>'
        '<div class="gap-patch"><div class="circle"></div></div><div class="circle-clipper right"><div '
        'class="circle" style="transform:rotate(-20deg)"></div></div></div></div>'
    )


KIT = Kit(
    components={
        "button": button,
        "icon button": icon_button,
        "floating action button": fab,
        "text field": text_field,
        "select": select,
        "checkbox": checkbox,
        "radio button": radio,
        "toggle": toggle,
        "slider": slider,
        "progress bar": progress,
        "badge": badge,
        "chip": chip,
        "tab bar": tab_bar,
        "navigation bar": navbar,
        "toast": toast,
        "card": card,
        "list row": list_row,
        "dialog": dialog,
        "spinner": spinner,
    },
    themes=(("light", False),),
    grounds=("#ffffff", "#fafafa", "#eceff1"),
    dark_grounds=("#263238",),
    colour=colour,
)
