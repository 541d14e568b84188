"""Spectre.css: elements, components and experimentals. It has no dark theme and few colours."""

from training.components.draw import Draw, Kit, css, ink_on

VARIANTS = ("primary", "success", "error")


def colour(d: Draw) -> None:
    """Choose a variant; parts that take a colour of their own get one near a name."""
    d.variant = d.pick(*VARIANTS)
    if d.chance(0.6):
        main = d.main_colour()
        d.variables = {"main": css(main), "ink": ink_on(main)}


def _fill(d: Draw) -> str:
    return (
        f"background:{d.variables['main']};border-color:{d.variables['main']};color:{d.variables['ink']};"
        if d.variables
        else ""
    )


def button(d: Draw) -> str:
    """A button: filled, or the default one with an outline."""
    size = d.pick("", "btn-lg", "btn-sm")
    icon = f"{d.icon()} " if d.chance(0.4) else ""
    if d.chance(0.25):
        return f'<button data-c class="btn {size}">{icon}{d.label()}</button>'
    return f'<button data-c class="btn btn-{d.variant} {size}" style="{_fill(d)}">{icon}{d.label()}</button>'


def icon_button(d: Draw) -> str:
    """A square or round action button with an icon."""
    shape, size = d.pick("s-circle", ""), "width:52px;height:52px;padding:0;display:grid;place-items:center;"
    return (
        f'<button data-c class="btn btn-{d.variant} btn-action {shape}" '
        f'style="{size}{_fill(d)}">{d.icon("26px")}</button>'
    )


def text_field(d: Draw) -> str:
    """A form input with its label, sometimes with an icon or marked as valid or wrong."""
    value, tint = d.label(), d.pick("", "", "is-success", "is-error")
    attribute = f'value="{value}"' if d.chance(0.6) else f'placeholder="{value}"'
    label = f'<label class="form-label" style="display:block">{d.label()}</label>' if d.height >= 96 else ""
    field = f'<input data-c class="form-input {tint}" type="text" {attribute}>'
    if d.chance(0.35):
        field = f'<div class="has-icon-left">{field}<span class="form-icon">{d.icon()}</span></div>'
    return f'<div class="form-group" style="width:{d.css_width()}px;margin:0">{label}{field}</div>'


def search_bar(d: Draw) -> str:
    """An input group with a button that searches."""
    return (
        f'<div class="input-group" style="width:{d.css_width()}px"><input data-c type="text" '
        f'class="form-input" placeholder="{d.label()}">'
        f'<button class="btn btn-{d.variant} input-group-btn" style="{_fill(d)}">{d.icon(name="search")}</button></div>'
    )


def select(d: Draw) -> str:
    """A form select with its chevron."""
    return (
        f'<select data-c class="form-select {d.pick("", "select-lg")}" '
        f'style="width:{d.css_width(1, 1.5)}px"><option>{d.label()}</option></select>'
    )


def _choice(d: Draw, kind: str, on: str, off: str, control: str) -> str:
    checked = d.chance(0.7)
    d.said(on if checked else off)
    wide = d.width > d.height * 1.3
    size = "" if wide else "padding:0;min-height:0;"
    inside = f"width:{'34px' if kind == 'form-switch' else '16px'};height:18px;" if not wide else ""
    icon = (
        '<i data-c class="form-icon" '
        f'style="{"position:relative;display:block;top:0;left:0;" if not wide and kind != "form-switch" else ""}">'
        "</i>"
    )
    box = f'<input type="{control}" {"checked" if checked else ""}>'
    label = " " + d.label() if wide else ""
    return f'<label class="{kind}" style="{size}{inside}margin:0">{box}{icon}{label}</label>'


def checkbox(d: Draw) -> str:
    """A checkbox."""
    return _choice(d, "form-checkbox", "checked", "unchecked", "checkbox")


def radio(d: Draw) -> str:
    """A radio button."""
    return _choice(d, "form-radio", "selected", "unselected", "radio")


def toggle(d: Draw) -> str:
    """A switch."""
    return _choice(d, "form-switch", "on", "off", "checkbox")


def slider(d: Draw) -> str:
    """A range."""
    return (
        f'<input data-c class="slider" type="range" value="{d.number(10, 90)}" style="width:{d.css_width(1, 1.6)}px">'
    )


def progress(d: Draw) -> str:
    """A bar, thick or thin."""
    share, tall = d.number(15, 95), d.number(8, 20)
    text = f"{share}%" if tall > 15 and share > 30 else ""
    return (
        f'<div class="bar" style="width:{d.css_width(1, 1.6)}px;height:{tall}px"><div data-c '
        f'class="bar-item" style="width:{share}%;{_fill(d)}">{text}</div></div>'
    )


def badge(d: Draw) -> str:
    """A label."""
    text = str(d.number(1, 99)) if d.chance(0.5) else d.word()
    return (
        f'<span data-c class="label label-{d.variant} {d.pick("", "label-rounded")}" style="{_fill(d)}">{text}</span>'
    )


def chip(d: Draw) -> str:
    """A chip with a cross, or with an avatar."""
    first = (
        f'<figure class="avatar avatar-sm" data-initial="{d.word()[0]}" style="{_fill(d)}"></figure>'
        if d.chance(0.5)
        else ""
    )
    fill = "" if first else _fill(d)
    return (
        f'<span data-c class="chip" style="overflow:visible;{fill}">{first}{d.word()} <a class="btn '
        'btn-clear" style="color:inherit"></a></span>'
    )


def avatar(d: Draw) -> str:
    """Initials on a circle, sometimes with a dot that tells presence."""
    dot = f'<i class="avatar-presence {d.pick("online", "busy", "away")}"></i>' if d.chance(0.3) else ""
    inside = (
        (f'<span style="position:absolute;inset:0;display:grid;place-items:center">{d.word()[0]}{d.word()[0]}</span>')
        if d.chance(0.7)
        else (
            f'<span style="position:absolute;inset:0;display:grid;place-items:center">{d.icon("36px", "person")}</span>'
        )
    )
    return f'<figure data-c class="avatar avatar-xl" style="{_fill(d)}">{inside}{dot}</figure>'


def tab_bar(d: Draw) -> str:
    """Tabs with a line under the active one."""
    active = d.number(0, 1)
    items = "".join(
        (
            f'<li class="tab-item {"active" if i == active else ""}" {"data-c" if i == active else ""}><a '
            f'style="padding:8px 14px">{d.word()}</a></li>'
        )
        for i in range(d.number(2, 3))
    )
    return f'<ul class="tab" style="flex-wrap:nowrap">{items}</ul>'


def navbar(d: Draw) -> str:
    """A bar with a brand, links and an icon."""
    fill = _fill(d) or "background:#5755d9;color:#fff;"
    return (
        f'<header data-c class="navbar" style="{fill}padding:8px 14px;width:{d.css_width(0.85, 1.15)}px">'
        f'<section class="navbar-section"><b>{d.icon("1.2em")} {d.word()}</b></section>'
        f'<section class="navbar-section">{d.word()}</section></header>'
    )


def toast(d: Draw) -> str:
    """A toast, sometimes with a cross."""
    close = '<button class="btn btn-clear float-right" style="margin-left:12px"></button>' if d.chance(0.4) else ""
    return (
        f'<div data-c class="toast toast-{d.pick("primary", "success", "warning", "error")}" '
        f'style="padding:10px 14px">{close}{d.icon("1.2em")} {d.label()}</div>'
    )


def card(d: Draw) -> str:
    """A card with a title, a subtitle, a line and a button."""
    return (
        f'<div class="card" data-part="panel" style="width:{d.css_width(1.0, 1.4)}px"><div '
        f'class="card-header"><div class="card-title h5">{d.label()}</div><div class="card-subtitle '
        f'text-gray">{d.label()}</div></div>'
        f'<div class="card-body">{d.label(3)}</div><div class="card-footer"><button data-c class="btn '
        f'btn-{d.variant}" style="{_fill(d)}">{d.word()}</button></div></div>'
    )


def list_row(d: Draw) -> str:
    """A tile with an icon or initials, two lines and a label."""
    return (
        f'<div class="tile tile-centered" data-part="panel" style="width:{d.css_width(1, 1.4)}px;'
        'padding:10px 12px;border:1px solid #dadee4;background:#fff;border-radius:6px"><div '
        f'class="tile-icon"><figure data-c class="avatar avatar-lg" style="{_fill(d)}">'
        f'<span style="position:absolute;inset:0;display:grid;place-items:center">{d.icon("24px")}</span>'
        f'</figure></div><div class="tile-content"><div class="tile-title text-bold">{d.label()}</div>'
        f'<small class="tile-subtitle text-gray">{d.label()}</small></div></div>'
    )


def dialog(d: Draw) -> str:
    """A modal's container with two buttons."""
    return (
        f'<div class="modal-container" data-part="panel" style="width:{d.css_width(0.9, 1.2)}px;'
        'max-width:none;max-height:none;animation:none;padding:6px 12px"><div class="modal-header"><a '
        f'class="btn btn-clear float-right"></a><div class="modal-title h5">{d.label()}</div></div>'
        f'<div class="modal-body" style="overflow:visible"><div class="content">{d.label(3)}</div></div>'
        f'<div class="modal-footer"><button class="btn">{d.word()}</button> <button data-c class="btn '
        f'btn-{d.variant}" style="{_fill(d)}">{d.word()}</button></div></div>'
    )


def stepper(d: Draw) -> str:
    """Minus, a number, plus."""
    return (
        f'<div class="input-group" style="width:150px"><button class="btn btn-{d.variant} '
        f'input-group-btn" style="{_fill(d)}">{d.icon("1.1em", "dash")}</button><input data-c type="text" '
        f'class="form-input" style="text-align:center" value="{d.number(0, 99)}">'
        f'<button class="btn btn-{d.variant} input-group-btn" style="{_fill(d)}">{d.icon("1.1em", "plus")}'
        "</button></div>"
    )


def spinner(d: Draw) -> str:
    """The loading ring."""
    own = f"--ring:{d.variables['main']}" if d.variables else ""
    return f'<div data-c class="loading loading-lg" style="width:40px;height:40px;{own}"></div>'


KIT = Kit(
    components={
        "button": button,
        "icon button": icon_button,
        "text field": text_field,
        "search bar": search_bar,
        "select": select,
        "checkbox": checkbox,
        "radio button": radio,
        "toggle": toggle,
        "slider": slider,
        "progress bar": progress,
        "badge": badge,
        "chip": chip,
        "avatar": avatar,
        "tab bar": tab_bar,
        "navigation bar": navbar,
        "toast": toast,
        "card": card,
        "list row": list_row,
        "dialog": dialog,
        "stepper": stepper,
        "spinner": spinner,
    },
    themes=(("light", False),),
    grounds=("#ffffff", "#f7f8f9", "#eef0f3"),
    dark_grounds=("#303742",),
    colour=colour,
)
