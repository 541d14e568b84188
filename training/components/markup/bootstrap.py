"""Bootstrap 5: buttons, forms, navigation and overlays."""

from training.components.draw import Draw, Kit, css, ink_on

VARIANTS = ("primary", "secondary", "success", "danger", "warning", "info", "dark")


def colour(d: Draw) -> None:
    """Choose one of the library's variants, or a colour by its variables."""
    d.variant = d.pick(*VARIANTS[: 6 if d.dark else 7])
    if d.chance(0.6):
        main = d.main_colour()
        code, rgb = css(main), ",".join(map(str, main))
        d.variant = "primary"
        d.variables = {"main": code, "rgb": rgb, "ink": ink_on(main)}


def _own(d: Draw, outline: bool = False) -> str:
    """Return the button variables of a colour that is none of the variants."""
    if not d.variables:
        return ""
    code, ink = d.variables["main"], d.variables["ink"]
    if outline:
        return f"--bs-btn-color:{code};--bs-btn-border-color:{code};"
    return f"--bs-btn-bg:{code};--bs-btn-border-color:{code};--bs-btn-color:{ink};"


def _fill(d: Draw) -> str:
    """Return class and style of a filled background."""
    if d.variables:
        return f'class="%s" style="background-color:{d.variables["main"]};color:{d.variables["ink"]};%s"'
    return f'class="text-bg-{d.variant} %s" style="%s"'


def _filled(d: Draw, classes: str, style: str = "") -> str:
    return _fill(d) % (classes, style)


def _checked_style(d: Draw, on: bool) -> str:
    if not d.variables or not on:
        return ""
    return f"background-color:{d.variables['main']};border-color:{d.variables['main']}"


def button(d: Draw) -> str:
    """A button: filled, outlined or a pill, now and then with an icon."""
    outline = d.chance(0.3)
    size, pill = d.pick("", "btn-lg", "btn-sm"), d.pick("", "", "rounded-pill", "rounded-0", "shadow")
    icon = f"{d.icon()} " if d.chance(0.4) else ""
    kind = f"btn-{'outline-' if outline else ''}{d.variant}"
    return f'<button data-c class="btn {kind} {size} {pill}" style="{_own(d, outline)}">{icon}{d.label()}</button>'


def icon_button(d: Draw) -> str:
    """A square or round button with an icon."""
    outline, shape = d.chance(0.3), d.pick("rounded-3", "rounded-circle", "")
    kind = f"btn-{'outline-' if outline else ''}{d.variant}"
    style = f"{_own(d, outline)}width:56px;height:56px;padding:0;display:grid;place-items:center"
    return f'<button data-c class="btn {kind} {shape}" style="{style}">{d.icon("28px")}</button>'


def text_field(d: Draw) -> str:
    """A form control, often with its label above, sometimes with an icon in a group."""
    width, value = d.css_width(), d.label()
    attribute = f'value="{value}"' if d.chance(0.6) else f'placeholder="{value}"'
    label = f'<label class="form-label" style="display:block">{d.label()}</label>' if d.height >= 96 else ""
    if d.chance(0.35):
        field = (
            f'<div class="input-group"><span class="input-group-text">{d.icon()}</span><input data-c '
            f'class="form-control" type="text" {attribute}></div>'
        )
    else:
        border = f"border-color:{d.variables['main']}" if d.variables else ""
        field = f'<input data-c class="form-control" style="{border}" type="text" {attribute}>'
    return f'<div style="width:{width}px">{label}{field}</div>'


def search_bar(d: Draw) -> str:
    """A group of magnifier and field."""
    return (
        f'<div class="input-group" style="width:{d.css_width()}px"><span '
        f'class="input-group-text">{d.icon(name="search")}'
        f'</span><input data-c class="form-control" type="search" placeholder="{d.label()}"></div>'
    )


def select(d: Draw) -> str:
    """A select with its chevron."""
    return (
        f'<select data-c class="form-select {d.pick("", "form-select-lg")}" style="width:{d.css_width(1, 1.5)}px">'
        f"<option>{d.label()}</option></select>"
    )


def _check(d: Draw, kind: str, classes: str, on: str, off: str) -> str:
    checked = d.chance(0.65)
    d.said(on if checked else off)
    mark = "checked" if checked else ""
    box = f'<input data-c class="form-check-input" type="{kind}" {mark} style="{_checked_style(d, checked)}">'
    label = f'<label class="form-check-label">{d.label()}</label>' if d.width > d.height * 1.3 else ""
    gap = "" if label else "margin:0;padding:0;"
    inner = box if label else box.replace('style="', 'style="float:none;margin:0;')
    return f'<div class="form-check {classes}" style="{gap}">{inner} {label}</div>'


def checkbox(d: Draw) -> str:
    """A checkbox, with a label where there is room."""
    return _check(d, "checkbox", "", "checked", "unchecked")


def radio(d: Draw) -> str:
    """A radio button, with a label where there is room."""
    return _check(d, "radio", "", "selected", "unselected")


def toggle(d: Draw) -> str:
    """A switch."""
    return _check(d, "checkbox", "form-switch", "on", "off")


def slider(d: Draw) -> str:
    """A range."""
    return (
        f'<input data-c type="range" class="form-range" value="{d.number(10, 90)}" style="display:block;'
        f'width:{d.css_width(1, 1.6)}px">'
    )


def progress(d: Draw) -> str:
    """A progress bar, sometimes with its share in words."""
    share, tall = d.number(15, 95), d.number(10, 26)
    text = f"{share}%" if tall > 18 and share > 30 else ""
    bar = _filled(d, "progress-bar", f"width:{share}%")
    return (
        f'<div class="progress" style="width:{d.css_width(1, 1.5)}px;height:{tall}px"><div data-c '
        f"{bar}>{text}</div></div>"
    )


def badge(d: Draw) -> str:
    """A badge with a count or a word."""
    text = str(d.number(1, 99)) if d.chance(0.5) else d.word()
    return f"<span data-c {_filled(d, 'badge ' + d.pick('', 'rounded-pill'), 'display:inline-block')}>{text}</span>"


def chip(d: Draw) -> str:
    """A pill with a word and a cross."""
    return (
        "<span data-c "
        f"{_filled(d, 'badge rounded-pill', 'font-size:15px;display:inline-block')}>{d.word()} "
        f"{d.icon('1.2em', 'x')}</span>"
    )


def spinner(d: Draw) -> str:
    """A ring of which an arc is lit."""
    own = f"color:{d.variables['main']} !important" if d.variables else ""
    return f'<div data-c class="spinner-border text-{d.variant}" style="{own}"></div>'


def tab_bar(d: Draw) -> str:
    """Tabs, pills or an underline, one of them active."""
    kind = d.pick("nav-tabs", "nav-pills", "nav-underline")
    own = (
        (f"--bs-nav-pills-link-active-bg:{d.variables['main']};--bs-nav-pills-link-active-color:{d.variables['ink']}")
        if d.variables
        else ""
    )
    active, count = d.number(0, 1), d.number(2, 3)
    items = "".join(
        (
            f'<li class="nav-item"><a {"data-c" if i == active else ""} class="nav-link '
            f'{"active" if i == active else ""}">{d.word()}</a></li>'
        )
        for i in range(count)
    )
    return f'<ul class="nav {kind}" style="flex-wrap:nowrap;{own}">{items}</ul>'


def navbar(d: Draw) -> str:
    """A bar with a brand and links."""
    links = "".join(f'<span class="nav-link d-inline px-2">{d.word()}</span>' for _ in range(d.number(1, 2)))
    right = d.icon("1.3em", d.pick("bell", "search", "list", "person-circle"))
    inside = (
        f'<span class="navbar-brand" style="color:inherit">{d.icon("1.1em")} {d.word()}</span>'
        f"<span>{links}</span>{right}"
    )
    box = (
        "display:flex;align-items:center;justify-content:space-between;padding:8px 14px;"
        f"width:{d.css_width(0.8, 1.1)}px"
    )
    return f"<nav data-c {_filled(d, '', box)}>{inside}</nav>"


def toast(d: Draw) -> str:
    """An alert in a tint, or a toast."""
    if d.chance(0.5):
        return (
            f'<div data-c class="alert alert-{d.pick(*VARIANTS[:6])} mb-0" style="padding:12px '
            f'18px">{d.icon("1.2em")} {d.label()}</div>'
        )
    close = '<button type="button" class="btn-close ms-3"></button>'
    return (
        f'<div data-c {_filled(d, "toast show", "width:auto;border:0")}><div class="d-flex '
        f'align-items-center toast-body">{d.icon("1.2em")}<span class="ms-2 me-auto">{d.label()}'
        f"</span>{close if d.chance(0.4) else ''}</div></div>"
    )


def tooltip(d: Draw) -> str:
    """A tooltip with its arrow."""
    arrow = '<div class="tooltip-arrow" style="position:absolute;left:calc(50% - .4rem)"></div>'
    return (
        f'<div class="tooltip bs-tooltip-top show" style="position:relative;opacity:1">{arrow}'
        f'<div data-c class="tooltip-inner" style="max-width:none">{d.label()}</div></div>'
    )


def card(d: Draw) -> str:
    """A card with a title, a line and a button."""
    width, action = d.css_width(1.0, 1.4), f'<a data-c class="btn btn-{d.variant}" style="{_own(d)}">{d.word()}</a>'
    top = (
        (f"<div {_filled(d, 'card-img-top', 'height:64px;display:grid;place-items:center')}>{d.icon('36px')}</div>")
        if d.chance(0.4) and d.height >= 190
        else ""
    )
    head = f'<div class="card-header">{d.label()}</div>' if d.chance(0.3) and not top else ""
    return (
        f'<div class="card {d.pick("", "shadow", "shadow-sm")}" data-part="panel" '
        f'style="width:{width}px">{top}{head}<div class="card-body">'
        f'<h5 class="card-title">{d.label()}</h5><p class="card-text">{d.label(3)}</p>{action}</div></div>'
    )


def list_row(d: Draw) -> str:
    """A row of a list group with an icon, a label and a badge."""
    active = d.chance(0.3)
    own = (
        (
            f"--bs-list-group-active-bg:{d.variables['main']};"
            f"--bs-list-group-active-border-color:{d.variables['main']};"
            f"--bs-list-group-active-color:{d.variables['ink']}"
        )
        if d.variables
        else ""
    )
    end = (
        d.icon("1em", "chevron-right")
        if active
        else f"<span {_filled(d, 'badge rounded-pill')}>{d.number(1, 60)}</span>"
    )
    return (
        f'<ul class="list-group" style="{own};width:{d.css_width(1, 1.5)}px"><li data-c data-part="panel" '
        f'class="list-group-item {"active" if active else ""} '
        f'd-flex align-items-center">{d.icon("1.3em")}<span class="ms-3 me-auto">{d.label()}</span>{end}</li></ul>'
    )


def dialog(d: Draw) -> str:
    """A modal with a title, a question and two buttons."""
    foot = (
        f'<button class="btn btn-secondary">{d.word()}</button><button data-c class="btn btn-{d.variant}" '
        f'style="{_own(d)}">{d.word()}</button>'
    )
    return (
        f'<div class="modal" style="display:block;position:static;width:{d.css_width(0.8, 1.1)}px;'
        'height:auto;overflow:visible">'
        '<div class="modal-content" data-part="panel"><div class="modal-header"><h5 '
        f'class="modal-title">{d.label()}</h5>'
        '<button type="button" class="btn-close"></button></div><div class="modal-body"><p '
        f'class="mb-0">{d.label(3)}</p></div>'
        f'<div class="modal-footer" style="flex-wrap:nowrap">{foot}</div></div></div>'
    )


def stepper(d: Draw) -> str:
    """Minus, a number, plus."""
    return (
        '<div class="input-group" style="flex-wrap:nowrap;width:170px"><button class="btn '
        f'btn-{d.variant}" style="{_own(d)}">{d.icon("1.2em", "dash")}</button>'
        f'<input data-c class="form-control text-center" type="text" value="{d.number(0, 99)}"><button '
        f'class="btn btn-{d.variant}" style="{_own(d)}">{d.icon("1.2em", "plus")}</button></div>'
    )


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
        "stepper": stepper,
        "progress bar": progress,
        "badge": badge,
        "chip": chip,
        "spinner": spinner,
        "tab bar": tab_bar,
        "navigation bar": navbar,
        "toast": toast,
        "tooltip": tooltip,
        "card": card,
        "list row": list_row,
        "dialog": dialog,
    },
    themes=(("light", False), ("light", False), ("dark", True)),
    grounds=("#ffffff", "#f8f9fa"),
    dark_grounds=("#212529", "#1a1d20"),
    colour=colour,
)
