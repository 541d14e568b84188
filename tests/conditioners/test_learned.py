"""The networks' conditioners with controlnet_aux's own classes and loading, on untrained weights."""

import os
from pathlib import Path

import numpy as np
import pytest

from conditioners.catalog import CONDITIONERS, names
from conditioners.control_map import ConditionerSettings, make_control_map
from conditioners.errors import InputError, MissingWeightsError
from conditioners.hed import MULTIPLE, hed_edges, load_hed
from conditioners.learned import LEARNED, learned_map
from conditioners.wireframe import wireframe_from_array
from tests.conditioners.drawings import button, rgb

NETWORKS = [name for name in names() if CONDITIONERS[name].needs_weights]


@pytest.mark.parametrize("name", NETWORKS)
def test_the_map_is_made_at_the_wireframes_own_size(annotator_weights, name):
    wireframe = wireframe_from_array(button(75, 41))
    pixels = learned_map(wireframe, ConditionerSettings(name=name, weights=annotator_weights))
    assert pixels.shape == (41, 75)
    assert pixels.dtype == np.uint8
    if LEARNED[name].scribble:
        assert set(np.unique(pixels)) <= {0, 255}


def test_hed_is_the_network_that_controlnet_aux_runs(annotator_weights):
    """At 64x64 controlnet_aux's own call resizes nothing, so that both must agree."""
    pixels = rgb(button(64, 64))
    detector = load_hed(str(annotator_weights))
    theirs = detector(pixels, detect_resolution=64, image_resolution=64, output_type="np")
    np.testing.assert_allclose(hed_edges(detector, pixels), theirs[:, :, 0], atol=1)
    assert 64 % MULTIPLE == 0


@pytest.mark.parametrize("name", ["softedge_pidi", "lineart_realistic", "lineart_coarse"])
def test_the_others_agree_with_controlnet_aux_too(annotator_weights, name):
    pixels = rgb(button(64, 64))
    detector = LEARNED[name].load(str(annotator_weights))
    options = {"coarse": True} if name == "lineart_coarse" else {}
    theirs = detector(pixels, detect_resolution=64, image_resolution=64, output_type="np", **options)
    np.testing.assert_allclose(LEARNED[name].run(detector, pixels), theirs[:, :, 0], atol=1)


def test_missing_weights_name_the_way_to_get_them(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    wireframe = wireframe_from_array(button())
    with pytest.raises(MissingWeightsError, match=r"hf download lllyasviel/Annotators ControlNetHED\.pth"):
        make_control_map(wireframe, ConditionerSettings(name="scribble_hed"))
    with pytest.raises(MissingWeightsError, match="needs sk_model.pth, sk_model2.pth, missing in"):
        make_control_map(wireframe, ConditionerSettings(name="lineart_realistic", weights=tmp_path))
    with pytest.raises(InputError, match="must be in a folder"):
        make_control_map(wireframe, ConditionerSettings(name="scribble_hed", weights=tmp_path / "none"))


def test_a_download_that_cannot_be_had_is_one_clear_line(tmp_path, monkeypatch):
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    wireframe = wireframe_from_array(button())
    with pytest.raises(MissingWeightsError, match="fetching failed"):
        make_control_map(wireframe, ConditionerSettings(name="scribble_hed", download=True))


def test_weights_in_the_hubs_cache_are_found(annotator_weights, tmp_path, monkeypatch):
    snapshot = tmp_path / "models--lllyasviel--Annotators" / "snapshots" / "0123"
    snapshot.mkdir(parents=True)
    (snapshot / "ControlNetHED.pth").symlink_to(annotator_weights / "ControlNetHED.pth")
    references = snapshot.parents[1] / "refs"
    references.mkdir()
    (references / "main").write_text("0123")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    wireframe = wireframe_from_array(button(40, 32))
    assert learned_map(wireframe, ConditionerSettings(name="softedge_hed")).shape == (32, 40)


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04broken"])
def test_damaged_weights_are_one_clear_line(tmp_path, content):
    folder = Path(tmp_path)
    (folder / "ControlNetHED.pth").write_bytes(content)
    with pytest.raises(MissingWeightsError, match="cannot be loaded"):
        learned_map(wireframe_from_array(button()), ConditionerSettings(name="softedge_hed", weights=folder))


def test_weights_of_another_network_are_one_clear_line(annotator_weights, tmp_path):
    (tmp_path / "ControlNetHED.pth").write_bytes((annotator_weights / "sk_model.pth").read_bytes())
    with pytest.raises(MissingWeightsError, match="cannot be loaded") as raised:
        learned_map(wireframe_from_array(button()), ConditionerSettings(name="softedge_hed", weights=tmp_path))
    assert len(str(raised.value)) < 500


def test_an_image_too_large_for_memory_is_refused(annotator_weights):
    wireframe = wireframe_from_array(button(2100, 2100))
    with pytest.raises(InputError, match="at most 4194304 pixels, got 2100x2100"):
        learned_map(wireframe, ConditionerSettings(name="scribble_hed", weights=annotator_weights))
