"""The thresholds of `configs/thresholds.yaml`, checked on loading, and the verdict they give."""

from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from conditioners.errors import InputError
from scoring.scorecard import Measurement, Verdict

CONFIGS = Path(__file__).resolve().parent.parent / "configs"
DEFAULT_THRESHOLDS = CONFIGS / "thresholds.yaml"

Finite = Annotated[float, Field(allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Lightness = Annotated[float, Field(ge=0, le=100)]

REPORTED_ONLY = "reported only: no threshold is set for this measure"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limit(_Strict):
    """The bound of one measure, from below or from above, and the rule it was set by."""

    at_least: Finite | None = None
    at_most: Finite | None = None
    rule: str

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("exactly one of at_least and at_most must be given")
        return self

    @property
    def bound(self) -> float:
        """The number itself, whichever side it bounds."""
        bound = self.at_least if self.at_least is not None else self.at_most
        assert bound is not None
        return bound

    def accepts(self, value: float) -> bool:
        """Tell whether `value` keeps the bound."""
        return value >= self.bound if self.at_least is not None else value <= self.bound


class ColourLimits(_Strict):
    """What counts as the named colour; CIEDE2000 and CIELAB L*, see `scoring/colour.py`."""

    name_delta_e: NotNegative
    name_margin: NotNegative
    grey_delta_e: NotNegative
    shade_delta_e: NotNegative
    hex_delta_e: NotNegative
    tone_delta_e: NotNegative
    dark_lightness: Lightness
    light_lightness: Lightness


class OddsBounds(_Strict):
    """Log odds of a caption against its decoys from which a check has passed, and up to which it has failed."""

    passed: Finite
    failed: Finite
    rule: str

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.failed > self.passed:
            raise ValueError("failed must not be above passed")
        return self


class PromptLimits(_Strict):
    """The weights of the checks behind `prompt_adherence`, and the bounds of those that the embedded CLIP is asked."""

    weights: dict[Literal["component", "style", "colour", "background", "icon", "text", "state", "count"], NotNegative]
    bounds: dict[Literal["component", "style", "icon", "state"], OddsBounds]


class Thresholds(_Strict):
    """All thresholds of one scoring run."""

    version: Literal[1]
    measures: dict[str, Limit]
    colour: ColourLimits
    prompt: PromptLimits

    def judge(self, name: str, value: float, unit: str, reason: str) -> Measurement:
        """Return the measurement of `value` with the verdict of its threshold.

        A measure without a threshold is "unscored" with its value kept.
        """
        limit = self.measures.get(name)
        if limit is None:
            reason = f"{reason}; {REPORTED_ONLY}" if reason else REPORTED_ONLY
            return Measurement(name=name, value=value, unit=unit, threshold=None, verdict="unscored", reason=reason)
        verdict: Verdict = "passed" if limit.accepts(value) else "failed"
        return Measurement(name=name, value=value, unit=unit, threshold=limit.bound, verdict=verdict, reason=reason)


def load_thresholds(path: Path = DEFAULT_THRESHOLDS) -> Thresholds:
    """Read a thresholds file. Raises InputError naming the file and the first key that is wrong.

    >>> load_thresholds().measures["text_ned"].accepts(1.0)
    True
    """
    try:
        return Thresholds.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the document"
        raise InputError(f"thresholds {path}: {place}: {first['msg']}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"thresholds {path}: must be a readable YAML file, got {error}") from None
