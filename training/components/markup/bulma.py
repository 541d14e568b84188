"""Bulma 1: elements, components and forms."""

import colorsys

from training.components.draw import Draw, Kit, ink_on

VARIANTS = ("primary", "link", "info", "success", "warning", "danger")


def colour(d: Draw) -> None:
    """Choose a variant, or give the primary one another hue, saturation and lightness."""
    d.variant = d.pick(*VARIANTS)
    if d.chance(0.65):
        main = d.main_colour()
        hue, light, saturation = colorsys.rgb_to_hls(*(level / 255 for level in main))
        d.variant, ink = "primary", 100 if ink_on(main) == "#ffffff" else 10
        d.variables = {
            "--bulma-primary-h": f"{hue * 360:.0f}deg",
            "--bulma-primary-s": f"{saturation * 100:.0f}%",
            "--bulma-primary-l": f"{light * 100:.0f}%",
            "--bulma-primary-base-l": f"{light * 100:.0f}%",
            "--bulma-primary-invert-l": f"{ink}%",
            "--bulma-primary-on-scheme-l": f"{light * 100:.0f}%",
        }


def button(d: Draw) -> str:
    """A button: filled, outlined, light, rounded or raised, now and then with an icon."""
    kind, size = d.pick("", "", "is-outlined", "is-light", "is-rounded"), d.pick("", "is-medium", "is-large")
    icon = f'<span class="icon">{d.icon()}</span>' if d.chance(0.35) else ""
    return f'<button data-c class="button is-{d.variant} {kind} {size}">{icon}<span>{d.label()}</span></button>'


def icon_button(d: Draw) -> str:
    """A square or round button with an icon."""
    kind = d.pick("", "is-outlined", "is-light")
    style = "width:60px;height:60px;padding:0;" + d.pick("", "border-radius:50%")
    return (
        f'<button data-c class="button is-{d.variant} {kind}" style="{style}"><span '
        f'class="icon">{d.icon("30px")}</span></button>'
    )


def text_field(d: Draw) -> str:
    """An input, often with its label above, sometimes with an icon."""
    label = f'<label class="label">{d.label()}</label>' if d.height >= 96 else ""
    value = d.label()
    attribute = f'value="{value}"' if d.chance(0.6) else f'placeholder="{value}"'
    left = d.chance(0.4)
    icon = f'<span class="icon is-left">{d.icon()}</span>' if left else ""
    tint = f"is-{d.variant}" if d.chance(0.5) else ""
    return (
        f'<div class="field" style="width:{d.css_width()}px">{label}<div class="control '
        f'{"has-icons-left" if left else ""}">'
        f'<input data-c class="input {tint}" type="text" {attribute}>{icon}</div></div>'
    )


def search_bar(d: Draw) -> str:
    """A rounded input with a magnifier."""
    return (
        f'<div class="control has-icons-left" style="width:{d.css_width()}px"><input data-c class="input '
        'is-rounded" type="search" '
        f'placeholder="{d.label()}"><span class="icon is-left">{d.icon(name="search")}</span></div>'
    )


def select(d: Draw) -> str:
    """A select with its chevron."""
    tint, width = d.pick("", f"is-{d.variant}"), d.css_width(1, 1.5)
    return (
        f'<div class="select {tint}"><select data-c style="width:{width}px"><option>{d.label()}</option></select></div>'
    )


def progress(d: Draw) -> str:
    """A progress element."""
    return (
        f'<progress data-c class="progress is-{d.variant} {d.pick("", "is-medium", "is-large")}" '
        f'value="{d.number(15, 95)}" max="100" style="width:{d.css_width(1, 1.6)}px"></progress>'
    )


def badge(d: Draw) -> str:
    """A tag with a count or a word."""
    text = str(d.number(1, 99)) if d.chance(0.5) else d.word()
    return f'<span data-c class="tag is-{d.variant} {d.pick("", "is-rounded", "is-light")}">{text}</span>'


def chip(d: Draw) -> str:
    """A tag with a cross or an icon."""
    if d.chance(0.4):
        return (
            '<div class="tags has-addons" style="flex-wrap:nowrap;margin:0"><span data-c class="tag '
            f'is-{d.variant} is-medium" style="margin:0">{d.word()}</span><a class="tag is-medium is-delete" '
            'style="margin:0"></a></div>'
        )
    return f'<span data-c class="tag is-{d.variant} is-medium is-rounded">{d.icon()}&nbsp;{d.word()}</span>'


def spinner(d: Draw) -> str:
    """The loader: a ring of which an arc is lit."""
    return '<div data-c class="loader" style="width:40px;height:40px;border-width:4px"></div>'


def tab_bar(d: Draw) -> str:
    """Tabs: underlined, boxed, or a row of toggles."""
    kind, active = d.pick("", "is-boxed", "is-toggle", "is-toggle is-toggle-rounded"), d.number(0, 1)
    with_icons = d.chance(0.4)
    items = "".join(
        f'<li class="{"is-active" if i == active else ""}"><a {"data-c" if i == active else ""}>'
        f"{'<span class=icon>' + d.icon() + '</span>' if with_icons else ''}<span>{d.word()}</span></a></li>"
        for i in range(d.number(2, 3))
    )
    own = (
        f"--bulma-tabs-link-active-color:var(--bulma-{d.variant});"
        f"--bulma-tabs-toggle-link-active-background-color:var(--bulma-{d.variant});"
        f"--bulma-tabs-toggle-link-active-border-color:var(--bulma-{d.variant});"
        f"--bulma-tabs-link-active-border-bottom-color:var(--bulma-{d.variant})"
    )
    return f'<div class="tabs {kind}" style="{own};overflow:visible">{"<ul>" + items + "</ul>"}</div>'


def navbar(d: Draw) -> str:
    """A bar with a brand and links."""
    links = "".join(f'<a class="navbar-item">{d.word()}</a>' for _ in range(d.number(1, 2)))
    brand = f'<a class="navbar-item" style="font-weight:700">{d.icon("1.3em")}&nbsp;{d.word()}</a>'
    width = d.css_width(0.75, 1.0)
    return (
        f'<nav data-c class="navbar is-{d.variant}" style="display:flex;align-items:stretch;'
        f'justify-content:space-between;width:{width}px">'
        f'{brand}<div style="display:flex">{links}</div></nav>'
    )


def toast(d: Draw) -> str:
    """A notification or a message."""
    if d.chance(0.6):
        close = '<button class="delete"></button>' if d.chance(0.5) else ""
        return (
            f'<div data-c class="notification is-{d.variant} {d.pick("", "is-light")}" style="margin:0;'
            f'{"padding-right:56px" if close else ""}">{close}{d.icon("1.2em")} {d.label()}</div>'
        )
    return (
        f'<article class="message is-{d.variant}" style="margin:0"><div data-c '
        f'class="message-body">{d.label()}</div></article>'
    )


def card(d: Draw) -> str:
    """A card with a header, a line and a footer, or a box with a button."""
    width = d.css_width(0.9, 1.3)
    if d.chance(0.5):
        return (
            f'<div class="card" data-part="panel" style="width:{width}px"><header class="card-header"><p '
            f'class="card-header-title">{d.label()}</p>'
            f'<span class="card-header-icon">{d.icon()}</span></header><div class="card-content" '
            f'style="padding:16px">{d.label(3)}</div>'
            f'<footer class="card-footer"><a data-c class="card-footer-item has-text-{d.variant}">{d.word()}'
            f'</a><a class="card-footer-item">{d.word()}</a></footer></div>'
        )
    return (
        f'<div class="box" data-part="panel" style="width:{width}px"><p class="title is-5">{d.label()}</p>'
        f'<p class="subtitle is-6">{d.label(3)}</p>'
        f'<button data-c class="button is-{d.variant}">{d.word()}</button></div>'
    )


def list_row(d: Draw) -> str:
    """A block of a panel with an icon."""
    return (
        f'<nav class="panel is-{d.variant}" style="width:{d.css_width(1, 1.4)}px;margin:0"><a '
        'class="panel-block is-active" data-c data-part="panel">'
        f'<span class="panel-icon">{d.icon()}</span>{d.label()}<span class="tag is-{d.variant}" '
        f'style="margin-left:auto">{d.number(1, 60)}</span></a></nav>'
    )


def dialog(d: Draw) -> str:
    """A modal card with a title, a line and two buttons."""
    return (
        f'<div class="modal-card" data-part="panel" style="width:{d.css_width(0.7, 1.0)}px;margin:0;'
        'overflow:visible"><header class="modal-card-head" style="padding:16px 20px">'
        f'<p class="modal-card-title">{d.label()}</p><button class="delete"></button></header><section '
        f'class="modal-card-body" style="padding:16px 20px">{d.label(3)}</section>'
        '<footer class="modal-card-foot" style="padding:14px 20px"><div class="buttons" '
        f'style="flex-wrap:nowrap"><button data-c class="button is-{d.variant}">{d.word()}</button>'
        f'<button class="button">{d.word()}</button></div></footer></div>'
    )


def stepper(d: Draw) -> str:
    """Minus, a number, plus."""
    return (
        '<div class="field has-addons"><p class="control"><button class="button '
        f'is-{d.variant}">{d.icon("1.2em", "dash")}</button></p><p class="control">'
        '<input data-c class="input has-text-centered" style="width:72px" type="text" '
        f'value="{d.number(0, 99)}"></p><p class="control"><button class="button '
        f'is-{d.variant}">{d.icon("1.2em", "plus")}</button></p></div>'
    )


KIT = Kit(
    components={
        "button": button,
        "icon button": icon_button,
        "text field": text_field,
        "search bar": search_bar,
        "select": select,
        "progress bar": progress,
        "badge": badge,
        "chip": chip,
        "spinner": spinner,
        "tab bar": tab_bar,
        "navigation bar": navbar,
        "toast": toast,
        "card": card,
        "list row": list_row,
        "dialog": dialog,
        "stepper": stepper,
    },
    themes=(("light", False), ("light", False), ("dark", True)),
    grounds=("#ffffff", "#f9fafb"),
    dark_grounds=("#14161a", "#1b1e25"),
    colour=colour,
)
