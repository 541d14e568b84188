"""Where the weights of learned conditioners are on this machine; nothing is fetched unless that was asked for."""

from collections.abc import Sequence
from pathlib import Path

from conditioners.errors import InputError, MissingWeightsError

ANNOTATORS = "lllyasviel/Annotators"
"""The hub repository in which controlnet_aux's weights are published."""


def weights_folder(name: str, files: Sequence[str], folder: Path | None = None, *, download: bool = False) -> Path:
    """Return a local folder that holds all of `files` for the conditioner `name`.

    It is `folder` when one is given, else the hub's cache on this machine. With `download` what the cache lacks is
    fetched from the hub. Raises InputError when `folder` is no directory, MissingWeightsError, with the way to get
    them, when a file is missing.
    """
    if folder is not None:
        if not folder.is_dir():
            raise InputError(f"weights of conditioner {name} must be in a folder, got {str(folder)!r}")
        missing = [file for file in files if not (folder / file).is_file()]
        if missing:
            raise MissingWeightsError(f"conditioner {name} needs {', '.join(missing)}, missing in {str(folder)!r}")
        return folder
    return _cached(name, files) if not download else _downloaded(name, files)


def _cached(name: str, files: Sequence[str]) -> Path:
    from huggingface_hub import try_to_load_from_cache

    found = [try_to_load_from_cache(ANNOTATORS, file) for file in files]
    paths = [Path(path) for path in found if isinstance(path, str)]
    if len(paths) == len(files) and len({path.parent for path in paths}) == 1:
        return paths[0].parent
    raise MissingWeightsError(
        f"conditioner {name} needs {', '.join(files)} of {ANNOTATORS}, not in the hub's cache on this machine; "
        f"run `hf download {ANNOTATORS} {' '.join(files)}`, or give a folder that holds them"
    )


def _downloaded(name: str, files: Sequence[str]) -> Path:
    from huggingface_hub import hf_hub_download

    try:
        return {Path(hf_hub_download(ANNOTATORS, file)).parent for file in files}.pop()
    except Exception as error:
        # The hub's client raises its own, requests' and httpx' errors, according to its version.
        raise MissingWeightsError(
            f"conditioner {name} needs {', '.join(files)} of {ANNOTATORS}, and fetching failed ({error})"
        ) from error
