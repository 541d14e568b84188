"""Boxes of strokes put together: rows of letters, and compact clusters."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from conditioners.geometry import Box

MAX_ICON_SIDE = 160
MAX_TEXT_HEIGHT = 80
MIN_TEXT_HEIGHT = 5

MAX_GAP = 120
"""Boxes further apart than this (px) are never related: above the word gap of the largest text."""

WORD_GAP = 0.9
"""Largest gap between neighbours of a line in parts of the letter's height: a word space over lower-case letters."""

WIDE_WORD_GAP = 1.3
"""The same between two words that are text already, in parts of the line's height: a wide hand's or a wide type's."""

ICON_GAP = 0.3
ICON_RISE = 1.25
"""An icon before its label is `ICON_RISE` times as tall, and the gap is `ICON_GAP` of the label's height."""

APART_GAP = 0.5
APART = 1.3
"""An icon no taller than its label is `APART_GAP` of its height away, `APART` times any space within the label."""

JOINED_ASPECT = 2.5
"""A single stroke this much wider than high is a word in joined-up writing; a shorter one may be an arc."""


def text_lines(letters: Sequence[Box]) -> list[Box]:
    """Return the boxes of rows of letters: neighbours of like height whose gap is less than a letter's height."""
    tall = [box for box in letters if MIN_TEXT_HEIGHT <= box.height <= MAX_TEXT_HEIGHT]
    rows = [_without_icon(sorted(group)) for group in grouped(tall, _same_line)]
    words = [bounding(row) for row in rows if _is_text(row)]
    lines = [bounding(group) for group in grouped(words, _same_words)]
    # Dots, commas and dashes are too low to join a line by themselves.
    sides = as_array(letters)
    return [bounding([line, *(letters[index] for index in _marks_of(line, sides))]) for line in lines]


def clusters(strokes: Sequence[Box]) -> list[Box]:
    """Return the boxes of strokes that lie close together."""
    return [bounding(group) for group in grouped(list(strokes), _close)]


def grouped(boxes: Sequence[Box], related: Callable[[Box, Box], bool]) -> list[list[Box]]:
    """Return the classes of `boxes` under the transitive closure of `related`; beyond `MAX_GAP` nothing is."""
    parents = list(range(len(boxes)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    order = sorted(range(len(boxes)), key=lambda index: boxes[index].x0)
    x0, y0, x1, y1 = as_array([boxes[index] for index in order]).T
    ends = np.searchsorted(x0, x1 + MAX_GAP, side="right")
    for position, first in enumerate(order):
        later = slice(position + 1, int(ends[position]))
        level = (y0[later] <= y1[position] + MAX_GAP) & (y1[later] >= y0[position] - MAX_GAP)
        for offset in np.flatnonzero(level):
            second = order[position + 1 + int(offset)]
            if root(first) != root(second) and related(boxes[first], boxes[second]):
                parents[root(second)] = root(first)
    groups: dict[int, list[Box]] = {}
    for index, box in enumerate(boxes):
        groups.setdefault(root(index), []).append(box)
    return list(groups.values())


def as_array(boxes: Sequence[Box]) -> NDArray[np.int64]:
    """Return boxes as rows of x0, y0, x1, y1, int64 (N, 4)."""
    return np.array(boxes, dtype=np.int64).reshape(-1, 4)


def parts_of(whole: Box, sides: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which of the boxes `sides`, (N, 4), have at least half of their area in `whole`, bool (N,)."""
    x0, y0, x1, y1 = sides.T
    width = np.minimum(x1, whole.x1) - np.maximum(x0, whole.x0)
    height = np.minimum(y1, whole.y1) - np.maximum(y0, whole.y0)
    covered = np.maximum(width, 0) * np.maximum(height, 0)
    return np.asarray(2 * covered >= (x1 - x0) * (y1 - y0), dtype=np.bool_)


def bounding(boxes: Sequence[Box]) -> Box:
    """Return the smallest box that holds all of `boxes`, of which there is at least one."""
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.union(box)
    return whole


def _without_icon(row: list[Box]) -> list[Box]:
    """Return a row of letters, sorted by x, without the icon before its label: taller than the rest and set apart."""
    for split in range(1, len(row) - 1):
        head, tail = bounding(row[:split]), bounding(row[split:])
        gap = tail.x0 - head.x1
        if head.width > 1.6 * head.height:
            break
        is_taller = gap >= ICON_GAP * tail.height and head.height >= ICON_RISE * tail.height
        is_apart = gap >= APART_GAP * tail.height and gap >= APART * _widest_gap(row[split:])
        if is_taller or (is_apart and head.width >= 0.9 * head.height):
            return row[split:]
    return row


def _widest_gap(row: Sequence[Box]) -> int:
    """Return the widest space between neighbours of a row sorted by x, in px."""
    right, widest = row[0].x1, 0
    for box in row[1:]:
        widest = max(widest, box.x0 - right)
        right = max(right, box.x1)
    return widest


def _is_text(row: Sequence[Box]) -> bool:
    """Whether a row of letter-sized components is text: three or more, two letters of one height, or joined-up."""
    line = bounding(row)
    if line.height > MAX_TEXT_HEIGHT or line.width < 1.2 * line.height:
        return False
    low, high = min(box.height for box in row), max(box.height for box in row)
    return len(row) > 2 or (len(row) == 2 and high <= 1.5 * low) or line.width >= JOINED_ASPECT * line.height


def _same_line(a: Box, b: Box) -> bool:
    overlap = min(a.y1, b.y1) - max(a.y0, b.y0)
    low, high = sorted((a.height, b.height))
    gap = max(a.x0, b.x0) - min(a.x1, b.x1)
    return overlap >= 0.5 * low and high <= 2.5 * low and gap <= WORD_GAP * high


def _same_words(a: Box, b: Box) -> bool:
    overlap = min(a.y1, b.y1) - max(a.y0, b.y0)
    low, high = sorted((a.height, b.height))
    gap = max(a.x0, b.x0) - min(a.x1, b.x1)
    return overlap >= 0.6 * low and high <= 1.8 * low and gap <= WIDE_WORD_GAP * low


def _marks_of(line: Box, sides: NDArray[np.int64]) -> list[int]:
    """Return the indices of the small components, (N, 4), that lie beside or above a letter of the line."""
    x0, y0, x1, y1 = sides.T
    reach = max(2, line.height // 2)
    small = (y1 - y0 < line.height) & (x1 - x0 <= line.height)
    beside = (x0 >= line.x0 - 2) & (x1 <= line.x1 + reach)
    level = (y0 >= line.y0 - reach) & (y1 <= line.y1 + reach // 2)
    return [int(index) for index in np.flatnonzero(small & beside & level)]


def _close(a: Box, b: Box) -> bool:
    gap_x = max(a.x0, b.x0) - min(a.x1, b.x1)
    gap_y = max(a.y0, b.y0) - min(a.y1, b.y1)
    reach = max(3, round(0.3 * max(min(a.width, a.height), min(b.width, b.height))), 6)
    return gap_x <= reach and gap_y <= reach
