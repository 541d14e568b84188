"""Pico 2: semantic HTML with hardly a class."""

from training.components.draw import Draw, Kit, css, ink_on


def colour(d: Draw) -> None:
    """Choose the primary colour by Pico's variables."""
    main = d.main_colour()
    code = css(main)
    d.variant = d.pick("", "", "", "secondary", "contrast")
    d.variables = {
        "--pico-primary": code,
        "--pico-primary-background": code,
        "--pico-primary-border": code,
        "--pico-primary-underline": code,
        "--pico-primary-inverse": ink_on(main),
        "--pico-switch-checked-background-color": code,
        "--pico-range-thumb-color": code,
        "--pico-progress-color": code,
    }


def _vars(d: Draw) -> str:
    return ";".join(f"{name}:{value}" for name, value in d.variables.items())


def _case(d: Draw, inside: str, style: str = "") -> str:
    return f'<div style="{_vars(d)};{style}">{inside}</div>'


def button(d: Draw) -> str:
    """A button: filled or outlined, now and then with an icon."""
    icon = f"{d.icon()}&nbsp; " if d.chance(0.4) else ""
    return _case(
        d,
        (
            f'<button data-c class="{d.variant} {d.pick("", "", "outline")}" style="margin:0;'
            f'width:auto">{icon}{d.label()}</button>'
        ),
    )


def icon_button(d: Draw) -> str:
    """A round or square button with an icon."""
    style = "margin:0;width:58px;height:58px;padding:0;display:grid;place-items:center;" + d.pick(
        "", "border-radius:50%"
    )
    return _case(
        d, (f'<button data-c class="{d.variant} {d.pick("", "", "outline")}" style="{style}">{d.icon("28px")}</button>')
    )


def text_field(d: Draw) -> str:
    """A labelled input, sometimes marked as valid or invalid."""
    value = d.label()
    attribute = f'value="{value}"' if d.chance(0.6) else f'placeholder="{value}"'
    label = f"<label>{d.label()}</label>" if d.height >= 96 else ""
    return _case(d, f'{label}<input data-c type="text" {attribute} style="margin:0">', f"width:{d.css_width()}px")


def search_bar(d: Draw) -> str:
    """A search field with Pico's own magnifier."""
    return _case(
        d, f'<input data-c type="search" placeholder="{d.label()}" style="margin:0">', f"width:{d.css_width()}px"
    )


def select(d: Draw) -> str:
    """A select with its chevron."""
    return _case(
        d, f'<select data-c style="margin:0"><option>{d.label()}</option></select>', f"width:{d.css_width()}px"
    )


def _choice(d: Draw, attributes: str, on: str, off: str) -> str:
    checked = d.chance(0.7)
    d.said(on if checked else off)
    wide = d.width > d.height * 1.3
    box = f'<input data-c {attributes} {"checked" if checked else ""} style="margin:0{" 10px 0 0" if wide else ""}">'
    return _case(d, f'<label style="margin:0;display:flex;align-items:center">{box}{d.label() if wide else ""}</label>')


def checkbox(d: Draw) -> str:
    """A checkbox."""
    return _choice(d, 'type="checkbox"', "checked", "unchecked")


def radio(d: Draw) -> str:
    """A radio button."""
    return _choice(d, 'type="radio"', "selected", "unselected")


def toggle(d: Draw) -> str:
    """A switch."""
    return _choice(d, 'type="checkbox" role="switch"', "on", "off")


def slider(d: Draw) -> str:
    """A range."""
    return _case(
        d, f'<input data-c type="range" value="{d.number(10, 90)}" style="margin:0">', f"width:{d.css_width(1, 1.6)}px"
    )


def progress(d: Draw) -> str:
    """A progress element."""
    return _case(
        d,
        (
            f'<progress data-c value="{d.number(15, 95)}" max="100" style="margin:0;'
            f'height:{d.number(8, 18)}px"></progress>'
        ),
        f"width:{d.css_width(1, 1.6)}px",
    )


def card(d: Draw) -> str:
    """An article with header and a button."""
    head = f"<header>{d.icon()} <strong>{d.label()}</strong></header>"
    return _case(
        d,
        (
            f'<article data-part="panel" style="margin:0">{head}<p>{d.label(3)}</p><button data-c '
            f'style="margin:0;width:auto">{d.word()}</button></article>'
        ),
        f"width:{d.css_width(0.9, 1.2)}px",
    )


def dialog(d: Draw) -> str:
    """The article of a dialog with two buttons in its footer."""
    foot = (
        '<footer style="display:flex;gap:12px;justify-content:flex-end"><button class="secondary" '
        f'style="margin:0;width:auto">{d.word()}</button><button data-c style="margin:0;'
        f'width:auto">{d.word()}</button></footer>'
    )
    return _case(
        d,
        (
            f'<article data-part="panel" style="margin:0"><header><p><strong>{d.label()}</strong></p></header>'
            f"<p>{d.label(3)}</p>{foot}</article>"
        ),
        f"width:{d.css_width(0.75, 1.0)}px",
    )


def navbar(d: Draw) -> str:
    """A nav with a brand and links on the primary colour."""
    links = "".join(f"<li>{d.word()}</li>" for _ in range(d.number(1, 2)))
    style = (
        "background:var(--pico-primary-background);color:var(--pico-primary-inverse);"
        "--pico-color:var(--pico-primary-inverse);padding:0 18px"
    )
    return _case(
        d,
        (
            f'<nav data-c style="{style}"><ul><li>{d.icon("1.3em")} <strong>{d.word()}</strong></li></ul>'
            f"<ul>{links}</ul></nav>"
        ),
        f"width:{d.css_width(0.75, 1.0)}px",
    )


def stepper(d: Draw) -> str:
    """A group of minus, a number and plus."""
    return _case(
        d,
        (
            f'<fieldset role="group" style="margin:0;width:230px"><button>{d.icon("1.1em", "dash")}</button>'
            f'<input data-c type="text" value="{d.number(0, 99)}" style="text-align:center;padding:0 4px">'
            f"<button>{d.icon('1.1em', 'plus')}</button></fieldset>"
        ),
    )


def tab_bar(d: Draw) -> str:
    """A group of buttons, one of them filled."""
    active = d.number(0, 1)
    items = "".join(
        (f'<button {"data-c" if i == active else ""} class="{"" if i == active else "outline"}">{d.word()}</button>')
        for i in range(d.number(2, 3))
    )
    return _case(d, f'<div role="group" style="margin:0">{items}</div>')


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
        "card": card,
        "dialog": dialog,
        "navigation bar": navbar,
        "stepper": stepper,
        "tab bar": tab_bar,
    },
    themes=(("light", False), ("light", False), ("dark", True)),
    grounds=("#ffffff", "#ffffff", "#f4f5f7"),
    dark_grounds=("#13171f", "#181c25"),
    colour=colour,
)
