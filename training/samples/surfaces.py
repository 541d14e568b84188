"""Designs of composed components: cards, bars, rows and dialogs."""

from training.samples.design import Design
from training.samples.layout import Part, box, button, disc, icon, rule, text


def _row_of_icons(names: tuple[str, ...], width: float, cy: float, size: float) -> tuple[Part, ...]:
    step = width / len(names)
    return tuple(icon(name, step * (index + 0.5), cy, size) for index, name in enumerate(names))


SURFACES = (
    Design(
        name="health-card",
        width=256,
        height=192,
        parts=(
            box("card", 12, 12, 232, 168, 16),
            icon("heart", 128, 76, 72),
            text("Health", 128, 146, 28),
        ),
        prompt='a green card with a heart icon and the text "Health"',
        component="card",
        style="flat",
        seed=71,
    ),
    Design(
        name="profile-card",
        width=375,
        height=200,
        parts=(
            box("card", 12, 12, 351, 176, 14),
            disc("avatar", 76, 78, 40),
            icon("user", 76, 78, 44),
            text("Anna Berg", 134, 62, 28, "start", "title"),
            text("Designer", 134, 98, 20, "start", "subtitle"),
            *button("Follow", 134, 126, 208, 48, 24, 22),
        ),
        prompt='a white card with a user icon, the title "Anna Berg" and a blue button "Follow"',
        component="card",
        style="material",
        seed=72,
    ),
    Design(
        name="music-sketch",
        width=300,
        height=220,
        parts=(
            box("card", 20, 20, 260, 180, 0),
            icon("star", 150, 86, 84),
            text("Music", 150, 164, 34, name="title"),
        ),
        prompt='a brown retro card with a star icon and the text "Music"',
        component="card",
        style="retro",
        drawing="hand",
        conditioner="scribble",
        seed=73,
    ),
    Design(
        name="team-scan",
        width=375,
        height=248,
        parts=(
            box("card", 34, 30, 306, 186, 0),
            icon("user", 98, 90, 72),
            text("Team", 152, 92, 36, "start", "title"),
            *button("Join", 106, 148, 164, 48, 0, 30),
        ),
        prompt='a gray card with a user icon, the title "Team" and an orange button "Join"',
        component="card",
        style="flat",
        drawing="scan",
        conditioner="scribble",
        seed=74,
    ),
    Design(
        name="nav-bar",
        width=384,
        height=80,
        parts=(
            box("bar", 8, 8, 368, 64, 12),
            *_row_of_icons(("home", "search", "heart", "user"), 384, 40, 36),
        ),
        prompt="a dark navigation bar with a home icon, a search icon, a heart icon and a user icon",
        component="navigation bar",
        style="dark",
        seed=81,
    ),
    Design(
        name="tab-bar",
        width=360,
        height=72,
        parts=(
            box("bar", 8, 8, 344, 56, 8),
            text("Home", 65, 34, 22),
            text("Files", 180, 34, 22),
            text("Chat", 295, 34, 22),
            box("indicator", 28, 54, 74, 6, 3),
        ),
        prompt='an indigo tab bar with the tabs "Home", "Files" and "Chat"',
        component="tab bar",
        style="flat",
        seed=82,
    ),
    Design(
        name="saved-toast",
        width=320,
        height=80,
        parts=(
            box("toast", 12, 12, 296, 56, 10),
            icon("check", 46, 40, 30),
            text("Changes saved", 76, 40, 24, "start", "message"),
        ),
        prompt='a black toast with a check icon and the text "Changes saved"',
        component="toast",
        style="flat",
        seed=83,
    ),
    Design(
        name="settings-row",
        width=341,
        height=83,
        parts=(
            box("row", 8, 8, 325, 67, 12),
            icon("gear", 45, 41.5, 38),
            text("Settings", 80, 41.5, 26, "start", "title"),
            icon("chevron", 304, 41.5, 26),
        ),
        prompt='a white list row with a gear icon and the text "Settings"',
        component="list row",
        style="flat",
        seed=84,
    ),
    Design(
        name="delete-dialog",
        width=384,
        height=224,
        parts=(
            box("dialog", 16, 16, 352, 192, 16),
            text("Delete file?", 40, 58, 30, "start", "title"),
            text("This cannot be undone.", 40, 100, 20, "start", "message"),
            text("Cancel", 150, 164, 24, name="cancel"),
            *button("Delete", 216, 138, 128, 52, 10, 24),
        ),
        prompt='a dark dialog with the title "Delete file?" and a red button "Delete"',
        component="dialog",
        style="dark",
        seed=91,
    ),
    Design(
        name="alert-sketch",
        width=333,
        height=210,
        parts=(
            box("dialog", 22, 20, 288, 170, 0),
            icon("bell", 72, 66, 56),
            text("Alert", 112, 68, 36, "start", "title"),
            rule((22, 112), (310, 112)),
            *button("OK", 108, 126, 118, 48, 0, 30),
        ),
        prompt='a white sketchy dialog with a bell icon, the title "Alert" and a teal button "OK"',
        component="dialog",
        style="sketchy",
        drawing="hand",
        conditioner="scribble",
        seed=92,
    ),
)
