"""The file format of elements: strict, so that a misspelt key fails instead of being ignored."""

from pydantic import BaseModel, ConfigDict, StrictInt, TypeAdapter, ValidationError

from conditioners.elements import Element, ElementKind
from conditioners.errors import InputError
from conditioners.geometry import Box


class ElementEntry(BaseModel):
    """One entry of an elements file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: ElementKind
    box: tuple[StrictInt, StrictInt, StrictInt, StrictInt]
    text: str = ""
    name: str = ""

    def element(self) -> Element:
        """Return the entry as the value the program works with."""
        return Element(kind=self.kind, box=Box(*self.box), text=self.text, name=self.name)


_ENTRIES = TypeAdapter(list[ElementEntry])


def parse_elements(text: str, source: str) -> list[Element]:
    """Return the elements of a JSON list. Raises InputError, naming `source` and the first bad entry and key."""
    try:
        entries = _ENTRIES.validate_json(text)
    except ValidationError as error:
        raise InputError(f"{source}: {_first(error)}") from error
    return [entry.element() for entry in entries]


def parse_element_list(values: object, source: str) -> list[Element]:
    """Return the elements of a list that was read already, as a row of a manifest may hold one.

    Raises InputError as `parse_elements` does.
    """
    try:
        entries = _ENTRIES.validate_python(values)
    except ValidationError as error:
        raise InputError(f"{source}: {_first(error)}") from error
    return [entry.element() for entry in entries]


def _first(error: ValidationError) -> str:
    """Describe the first fault in one line: which entry, which key, which rule, which value."""
    first = error.errors(include_url=False)[0]
    number, *keys = first["loc"] or ("",)
    if not isinstance(number, int):
        return f"the elements file must be a JSON list ({first['msg']})"
    key = ".".join(str(key) for key in keys) or "entry"
    return f"element {number + 1}: {key}: {first['msg']}, got {str(first['input'])[:60]!r}"
