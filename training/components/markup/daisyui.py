"""daisyUI 5, as the plain style sheet that needs no Tailwind."""

from training.components.draw import Draw, Kit, css, ink_on

VARIANTS = ("primary", "secondary", "accent", "info", "success", "warning", "error", "neutral")


def colour(d: Draw) -> None:
    """Choose one of the theme's colours, or give the primary one another value."""
    d.variant = d.pick(*VARIANTS)
    if d.chance(0.5):
        main = d.main_colour()
        d.variant = "primary"
        d.variables = {"--color-primary": css(main), "--color-primary-content": ink_on(main)}


def button(d: Draw) -> str:
    """A button: filled, outlined, soft or wide, now and then with an icon."""
    kind, size = d.pick("", "", "btn-outline", "btn-soft"), d.pick("", "btn-lg", "btn-sm")
    icon = d.icon("1.3em") if d.chance(0.4) else ""
    return f'<button data-c class="btn btn-{d.variant} {kind} {size}">{icon}{d.label()}</button>'


def icon_button(d: Draw) -> str:
    """A square or round button with an icon."""
    return (
        f'<button data-c class="btn btn-{d.variant} {d.pick("btn-square", "btn-circle")} '
        f'{d.pick("", "btn-outline", "btn-soft")} btn-lg">{d.icon("28px")}</button>'
    )


def fab(d: Draw) -> str:
    """A large round button that throws a shadow."""
    return (
        f'<button data-c class="btn btn-{d.variant} btn-circle btn-xl" style="box-shadow:0 6px 12px '
        f'rgba(0,0,0,.3)">{d.icon("32px", d.pick("plus-lg", "pencil", "chat", ""))}</button>'
    )


def text_field(d: Draw) -> str:
    """An input in a fieldset with its legend."""
    value = d.label()
    attribute = f'value="{value}"' if d.chance(0.6) else f'placeholder="{value}"'
    tint, width = d.pick("", f"input-{d.variant}"), d.css_width()
    if d.chance(0.35):
        field = (
            f'<label class="input {tint}" style="width:{width}px">{d.icon()}<input data-c type="text" '
            f'{attribute} style="min-width:0"></label>'
        )
    else:
        field = f'<input data-c type="text" class="input {tint}" style="width:{width}px" {attribute}>'
    if d.height < 96:
        return field
    return (
        f'<fieldset class="fieldset" style="font-size:14px"><legend class="fieldset-legend">{d.label()}'
        f"</legend>{field}</fieldset>"
    )


def search_bar(d: Draw) -> str:
    """An input with a magnifier."""
    style = f"width:{d.css_width()}px;border-radius:{d.pick('', '999px')}"
    return (
        f'<label data-c class="input" style="{style}">{d.icon(name="search")}<input type="search" '
        f'placeholder="{d.label()}" style="min-width:0"></label>'
    )


def select(d: Draw) -> str:
    """A select with its chevron."""
    return (
        f'<select data-c class="select {d.pick("", f"select-{d.variant}")}" '
        f'style="width:{d.css_width(1, 1.5)}px"><option>{d.label()}</option></select>'
    )


def _choice(d: Draw, kind: str, on: str, off: str, control: str = "checkbox") -> str:
    checked = d.chance(0.7)
    d.said(on if checked else off)
    box = f'<input data-c type="{control}" class="{kind} {kind}-{d.variant}" {"checked" if checked else ""}>'
    if d.width <= d.height * 1.3:
        return box
    return f'<label style="display:flex;align-items:center;gap:12px">{box}<span>{d.label()}</span></label>'


def checkbox(d: Draw) -> str:
    """A checkbox."""
    return _choice(d, "checkbox", "checked", "unchecked")


def radio(d: Draw) -> str:
    """A radio button."""
    return _choice(d, "radio", "selected", "unselected", "radio")


def toggle(d: Draw) -> str:
    """A toggle."""
    return _choice(d, "toggle", "on", "off")


def slider(d: Draw) -> str:
    """A range, its left part not filled: the filled bar is wider than the track, and no style sheet can outline it."""
    return (
        f'<input data-c type="range" class="range range-{d.variant}" value="{d.number(10, 90)}" min="0" '
        f'max="100" style="--range-fill:0;width:{d.css_width(1, 1.6)}px">'
    )


def progress(d: Draw) -> str:
    """A progress element."""
    return (
        f'<progress data-c class="progress progress-{d.variant}" value="{d.number(15, 95)}" max="100" '
        f'style="width:{d.css_width(1, 1.6)}px;height:{d.number(8, 20)}px"></progress>'
    )


def badge(d: Draw) -> str:
    """A badge with a count or a word."""
    text = str(d.number(1, 99)) if d.chance(0.5) else d.word()
    return (
        f'<span data-c class="badge badge-{d.variant} {d.pick("", "badge-outline", "badge-soft")} '
        f'{d.pick("", "badge-lg")}">{text}</span>'
    )


def chip(d: Draw) -> str:
    """A large badge with an icon or a cross."""
    inside = f"{d.icon()} {d.word()}" if d.chance(0.5) else f"{d.word()} {d.icon(name='x')}"
    return f'<span data-c class="badge badge-{d.variant} badge-lg" style="border-radius:999px">{inside}</span>'


def avatar(d: Draw) -> str:
    """Initials or a person on a circle or a rounded square."""
    shape = d.pick("border-radius:50%", "border-radius:50%", "border-radius:16px")
    own = f"background:var(--color-{d.variant});color:var(--color-{d.variant}-content)"
    first, second = d.word()[0], d.word()[0]
    inside = f'<span style="font-size:30px">{first}{second}</span>' if d.chance(0.65) else d.icon("40px", "person")
    return (
        f'<div class="avatar avatar-placeholder"><div data-c style="width:80px;height:80px;{own};'
        f'{shape}">{inside}</div></div>'
    )


def tab_bar(d: Draw) -> str:
    """Tabs: in a box, with a border, or lifted; the active one may have an icon."""
    kind, active = d.pick("tabs-box", "tabs-border", "tabs-lift"), d.number(0, 1)
    items = "".join(
        (
            f'<a role="tab" {"data-c" if i == active else ""} class="tab '
            f'{"tab-active" if i == active else ""}" style="flex-wrap:nowrap;'
            f'{f"color:var(--color-{d.variant})" if i == active and kind == "tabs-border" else ""}">{d.word()}'
            "</a>"
        )
        for i in range(d.number(2, 3))
    )
    return f'<div role="tablist" class="tabs {kind}" style="flex-wrap:nowrap">{items}</div>'


def navbar(d: Draw) -> str:
    """A bar with a brand, a link and an icon."""
    own = f"background:var(--color-{d.variant});color:var(--color-{d.variant}-content)"
    return (
        f'<div data-c class="navbar" style="{own};justify-content:space-between;padding:0 20px;'
        f'width:{d.css_width(0.75, 1.05)}px"><b>{d.word()}</b>'
        f"<span>{d.word()}</span>{d.icon('1.3em', d.pick('bell', 'search', 'list', 'gear'))}</div>"
    )


def toast(d: Draw) -> str:
    """An alert: filled, soft or outlined."""
    kind = d.pick("info", "success", "warning", "error")
    return (
        f'<div data-c role="alert" class="alert alert-{kind} {d.pick("", "alert-soft", "alert-outline")}" '
        f'style="width:max-content">{d.icon("1.4em")}<span>{d.label()}</span></div>'
    )


def tooltip(d: Draw) -> str:
    """A tooltip above a button."""
    return (
        f'<div style="padding-top:44px"><div class="tooltip tooltip-open tooltip-{d.variant}" '
        f'data-tip="{d.label()}"><button data-c class="btn btn-{d.variant}">{d.word()}</button></div>'
        "</div>"
    )


def card(d: Draw) -> str:
    """A card with a title, a line and a button."""
    look = d.pick("card-border", "shadow", "card-border")
    style = (
        f"width:{d.css_width(0.9, 1.3)}px;background:var(--color-base-100);"
        f"{'box-shadow:0 4px 14px rgba(0,0,0,.22)' if look == 'shadow' else ''}"
    )
    return (
        f'<div class="card {look}" data-part="panel" style="{style}"><div class="card-body"><h2 '
        f'class="card-title">{d.icon()} {d.label()}</h2>'
        f'<p>{d.label(3)}</p><div class="card-actions" '
        f'style="justify-content:{d.pick("flex-end", "flex-start")}"><button data-c class="btn '
        f'btn-{d.variant}">{d.word()}</button></div></div></div>'
    )


def list_row(d: Draw) -> str:
    """A row of a list with an icon, two lines and a badge."""
    return (
        f'<ul class="list" style="width:{d.css_width(0.9, 1.3)}px;background:var(--color-base-100);'
        'border-radius:12px;box-shadow:0 2px 8px rgba(0,0,0,.25)" data-part="panel"><li class="list-row" '
        'style="align-items:center">'
        f'<div>{d.icon("1.6em")}</div><div style="min-width:0"><div>{d.label()}</div></div><span data-c '
        f'class="badge badge-{d.variant}">{d.number(1, 60)}</span></li></ul>'
    )


def dialog(d: Draw) -> str:
    """The box of a modal with two buttons."""
    return (
        '<div data-part="panel" class="modal-box" style="opacity:1;scale:1;translate:0;'
        f'width:{d.css_width(0.8, 1.1)}px;max-width:none;padding:20px"><h3 style="font-size:18px;'
        f'font-weight:700">{d.label()}</h3>'
        f'<p style="padding:12px 0 0">{d.label(3)}</p><div class="modal-action" style="margin-top:16px">'
        f'<button class="btn">{d.word()}</button><button data-c class="btn btn-{d.variant}">{d.word()}'
        "</button></div></div>"
    )


def stepper(d: Draw) -> str:
    """Minus, a number, plus, joined."""
    return (
        f'<div class="join"><button class="btn btn-{d.variant} join-item">{d.icon("1.2em", "dash")}'
        '</button><input data-c type="text" class="input join-item" style="width:76px;text-align:center" '
        f'value="{d.number(0, 99)}">'
        f'<button class="btn btn-{d.variant} join-item">{d.icon("1.2em", "plus")}</button></div>'
    )


KIT = Kit(
    components={
        "button": button,
        "icon button": icon_button,
        "floating action button": fab,
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
        "tooltip": tooltip,
        "card": card,
        "list row": list_row,
        "dialog": dialog,
        "stepper": stepper,
    },
    themes=(
        ("light", False),
        ("light", False),
        ("corporate", False),
        ("emerald", False),
        ("dark", True),
        ("night", True),
    ),
    grounds=("#ffffff", "#f2f3f5", "#e5e7eb"),
    dark_grounds=("#12151b", "#1d232a"),
    colour=colour,
)
