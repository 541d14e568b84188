"""What is known of a wireframe: found once, and the same for all of its assets."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from conditioners.elements import Element, find_elements
from conditioners.ocr import TextReader
from conditioners.wireframe import Wireframe
from scoring.control import Mask
from scoring.control_kornia import kornia_edges

REMEMBERED = 32


@dataclass(frozen=True, kw_only=True, eq=False)
class Reference:
    """A wireframe's elements and edges, each computed when first asked for."""

    wireframe: Wireframe
    reader: Callable[[], TextReader | None]

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        """The elements found in the wireframe."""
        return find_elements(self.wireframe, self.reader())

    @cached_property
    def kornia_edges(self) -> Mask:
        """The wireframe's edges (H, W) by Protocol A."""
        return kornia_edges(self.wireframe.pixels)


class References:
    """The references of the last few wireframes, by digest. `reader` gives the text recogniser, None without one."""

    def __init__(self, reader: Callable[[], TextReader | None]) -> None:
        self._reader = reader
        self._known: dict[str, Reference] = {}

    def of(self, wireframe: Wireframe) -> Reference:
        """Return the reference of a wireframe, the remembered one where there is one."""
        if wireframe.digest not in self._known:
            while len(self._known) >= REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[wireframe.digest] = Reference(wireframe=wireframe, reader=self._reader)
        return self._known[wireframe.digest]
