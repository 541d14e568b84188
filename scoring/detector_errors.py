"""How often the detectors of distorted text and icons are wrong themselves: `configs/detectors.yaml`."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Final, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from conditioners.errors import InputError
from scoring.intervals import wilson
from scoring.thresholds import CONFIGS

DETECTOR_ERRORS: Final = CONFIGS / "detectors.yaml"

Count = Annotated[int, Field(ge=0)]
Interval = tuple[float, float, float]
"""A share in 0 to 1 with the ends of its 95% interval (Wilson's)."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Trial(_Strict):
    """What a detector said of material that nothing was tuned on: of `clean` cases and of `faulty` ones."""

    material: str
    clean: Annotated[int, Field(ge=1)]
    flagged: Count
    faulty: Annotated[int, Field(ge=1)]
    found: Count

    @model_validator(mode="after")
    def _parts(self) -> Self:
        if self.flagged > self.clean or self.found > self.faulty:
            raise ValueError("flagged must be at most clean, and found at most faulty")
        return self

    @cached_property
    def false_alarms(self) -> Interval:
        """Share of the clean cases that were called distorted."""
        return (self.flagged / self.clean, *wilson(self.flagged, self.clean))

    @cached_property
    def missed(self) -> Interval:
        """Share of the faulty cases that were called clean."""
        overlooked = self.faulty - self.found
        return (overlooked / self.faulty, *wilson(overlooked, self.faulty))


class DetectorErrors(_Strict):
    """The trials of each detector, by the name of its measure."""

    version: Literal[1]
    detectors: dict[Literal["text_distortion", "icon_distortion"], tuple[Trial, ...]]


def load_detector_errors(path: Path = DETECTOR_ERRORS) -> DetectorErrors:
    """Read the file. Raises InputError naming it and the first key that is wrong.

    >>> all(trial.missed[0] < 0.5 for trials in load_detector_errors().detectors.values() for trial in trials)
    True
    """
    try:
        return DetectorErrors.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise InputError(f"detector errors {path} cannot be read: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"detector errors {path}: {where}: {first['msg']}") from None
