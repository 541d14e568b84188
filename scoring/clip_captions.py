"""The captions by which the embedded CLIP tells attributes: it was trained with exactly these."""

COMPONENTS = (
    "button", "icon button", "floating action button", "icon", "toggle", "checkbox", "radio button", "slider",
    "stepper", "text field", "search bar", "select", "badge", "chip", "avatar", "progress bar", "spinner",
    "tab bar", "navigation bar", "toast", "tooltip", "card", "list row", "dialog", "layout",
)  # fmt: skip

STYLES = (
    "flat", "outlined", "gradient", "glossy", "neumorphic", "glass",
    "material", "brutalist", "pixel", "retro", "dark", "sketchy",
)  # fmt: skip

STATES: dict[str, tuple[str, ...]] = {
    "toggle": ("on", "off"),
    "checkbox": ("checked", "unchecked"),
    "radio button": ("selected", "unselected"),
}
"""The states of the components that have some."""


ICON_DECOYS = (
    "heart", "star", "search", "plus", "minus", "x", "check", "user", "menu", "arrow left", "arrow right", "arrow up",
    "chevron down", "home", "settings", "bell", "mail", "phone", "camera", "calendar", "clock", "cloud", "download",
    "upload", "trash", "pencil", "lock", "key", "eye", "map pin", "flag", "folder", "file text", "image", "play",
    "music", "mic", "shopping cart", "credit card", "gift", "sun", "moon", "zap", "wifi", "battery", "printer",
    "bookmark", "link", "share", "filter", "globe", "thumbs up", "message circle", "circle check", "triangle alert",
    "info", "database", "bug", "car", "coffee",
)  # fmt: skip
"""What an icon might be instead: common names, of many shapes."""


def component_caption(name: str) -> str:
    """Return the caption of a component."""
    return f"a {name}"


def style_caption(name: str) -> str:
    """Return the caption of a style."""
    return f"{name} style"


def state_caption(state: str, component: str) -> str:
    """Return the caption of a component's state."""
    return f"{state} {component}"


def icon_caption(name: str) -> str:
    """Return the caption of an icon, seen from near."""
    return f"{name} icon"
