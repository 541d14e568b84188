"""Model specs, where their files are, and whether their parts fit."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from conditioners.errors import InputError, MissingWeightsError
from pipeline.compatibility import check_compatibility, size_multiple
from pipeline.diffusion import LoadedModel, choose_device, load_pipeline
from pipeline.models import SPEC_FOLDER, load_spec, names
from pipeline.weights import ModelFiles, availability, find_files, hub_patterns, weight_files, weights_digest


def copied(folder: Path, target: Path) -> Path:
    return Path(shutil.copytree(folder, target))


def test_every_shipped_spec_is_valid_and_named_after_its_file() -> None:
    assert names()[0] == "embedded"
    assert set(names()) >= {"embedded", "sd15", "sdxl"}
    for name in names():
        spec = load_spec(name)
        assert spec.name == name == spec.reference
        assert spec.title
        assert spec.license
        for conditioner in spec.controlnets:
            assert spec.controlnet(conditioner).location


def test_the_embedded_spec_has_its_fast_defaults() -> None:
    spec = load_spec("embedded")
    assert (spec.defaults.steps, spec.defaults.cfg, spec.safety_checker) == (1, 1.0, False)
    assert spec.folder.name == "pipeline"


def test_learned_conditioners_share_the_controlnet_of_their_kind() -> None:
    spec = load_spec("sd15")
    assert spec.controlnet("scribble_hed") == spec.controlnet("scribble")
    with pytest.raises(InputError, match="'sdxl' has no ControlNet for conditioner 'lineart', it has: canny, scribble"):
        load_spec("sdxl").controlnet("lineart")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sourse": "hub"}, "unknown field 'sourse'"),
        ({"family": None}, "family: .* got None"),
        ({"defaults": {"steps": 0}}, r"defaults.steps: .*greater than or equal to 1, got 0"),
        ({"controlnets": {}}, "controlnets: .*at least 1"),
        ({"name": "Bad Name"}, "name: .*pattern"),
    ],
)
def test_a_bad_spec_is_one_line_naming_the_field(tmp_path: Path, change: dict[str, object], message: str) -> None:
    data = yaml.safe_load((SPEC_FOLDER / "embedded.yaml").read_text()) | change
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(data))
    with pytest.raises(InputError, match=message) as caught:
        load_spec(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", ["- a list", "a: [unclosed", "\x00\x01"])
def test_a_spec_that_is_no_mapping_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(content)
    with pytest.raises(InputError, match="model spec"):
        load_spec(str(path))


def test_an_unknown_model_names_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"model must be one of embedded, .* got 'dalle'"):
        load_spec("dalle")


def test_a_folder_is_a_model(sd_folder: Path, sdxl_folder: Path, tmp_path: Path) -> None:
    spec = load_spec(str(sd_folder))
    assert (spec.family, spec.name, spec.reference) == ("sd", "tiny-sd", str(sd_folder))
    assert spec.controlnet("canny") == spec.controlnet("scribble")
    assert load_spec(str(sdxl_folder)).family == "sdxl"
    (tmp_path / "unet").mkdir()
    (tmp_path / "unet" / "config.json").write_text("{}")
    with pytest.raises(InputError, match="must hold a ControlNet subfolder"):
        load_spec(str(tmp_path))


def test_a_folder_may_have_a_controlnet_for_each_conditioner(sd_folder: Path, tmp_path: Path) -> None:
    folder = copied(sd_folder, tmp_path / "several")
    (folder / "controlnet").rename(folder / "controlnet_canny")
    spec = load_spec(str(folder))
    assert set(spec.controlnets) == {"canny"}
    with pytest.raises(InputError, match="has no ControlNet for conditioner 'scribble'"):
        spec.controlnet("scribble")


def test_a_spec_file_is_relative_to_itself(sd_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied(sd_folder, tmp_path / "weights")
    (tmp_path / "mine.yaml").write_text(
        "name: mine\nfamily: sd\nsource: folder\nbase: weights\ncontrolnets: {canny: {location: controlnet}}\n"
    )
    monkeypatch.chdir("/")
    spec = load_spec(str(tmp_path / "mine.yaml"))
    assert find_files(spec, "canny").base == tmp_path / "weights"


def test_missing_files_are_found_without_loading(sd_folder: Path, tmp_path: Path) -> None:
    folder = copied(sd_folder, tmp_path / "broken")
    spec = load_spec(str(folder))
    assert [item.ready for item in availability(spec)] == [True]
    (folder / "vae" / "diffusion_pytorch_model.safetensors").rename(folder / "vae" / "diffusion_pytorch_model.bin")
    (missing,) = availability(spec)
    assert not missing.ready
    with pytest.raises(MissingWeightsError, match=r"vae needs config.json and .safetensors weights in .*broken/vae"):
        find_files(spec, "canny")


def test_hub_weights_are_never_fetched_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(MissingWeightsError, match="lineproof models --download sd15"):
        find_files(load_spec("sd15"), "canny")


def test_hub_models_are_used_from_the_cache(sd_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub's cache layout: snapshots of links to blobs that are named by their sha256."""
    import huggingface_hub.constants

    def cached(repository: str, source: Path, parts: list[str]) -> None:
        root = tmp_path / f"models--{repository.replace('/', '--')}"
        revision = "a" * 40
        (root / "refs").mkdir(parents=True)
        (root / "refs" / "main").write_text(revision)
        (root / "blobs").mkdir()
        for part in parts:
            for file in (source / part).rglob("*.*"):
                blob = root / "blobs" / hashlib.sha256(file.read_bytes()).hexdigest()
                shutil.copy(file, blob)
                link = root / "snapshots" / revision / file.relative_to(source / ("" if len(parts) > 1 else part))
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(blob)

    cached("org/base", sd_folder, ["unet", "vae", "text_encoder", "tokenizer", "scheduler"])
    cached("org/control", sd_folder, ["controlnet"])
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    (tmp_path / "hub.yaml").write_text(
        "name: hub\nfamily: sd\nsource: hub\nbase: org/base\ncontrolnets: {canny: {location: org/control}}\n"
    )
    spec = load_spec(str(tmp_path / "hub.yaml"))
    files = find_files(spec, "canny")
    assert weights_digest(files) == weights_digest(find_files(load_spec(str(sd_folder)), "canny"))
    assert load_pipeline(spec, "canny", "cpu").multiple == 4


def test_only_one_variant_is_fetched_and_digested(sd_folder: Path, tmp_path: Path) -> None:
    folder = copied(sd_folder, tmp_path / "variants") / "unet"
    plain = folder / "diffusion_pytorch_model.safetensors"
    assert weight_files(folder, None) == weight_files(folder, "fp16") == [plain]
    half = Path(shutil.copy(plain, folder / "diffusion_pytorch_model.fp16.safetensors"))
    assert (weight_files(folder, None), weight_files(folder, "fp16")) == ([plain], [half])
    patterns = hub_patterns(["unet/"], "fp16")
    assert any(fnmatch(f"unet/{half.name}", pattern) for pattern in patterns)
    assert not any(fnmatch(f"unet/{plain.name}", pattern) for pattern in patterns)
    assert not any(fnmatch("unet/diffusion_pytorch_model.bin", pattern) for pattern in hub_patterns(["unet/"], None))


def test_the_digest_follows_the_content(sd_folder: Path, tmp_path: Path) -> None:
    def digest(folder: Path) -> str:
        return weights_digest(find_files(load_spec(str(folder)), "canny"))

    copy = copied(sd_folder, tmp_path / "copy")
    assert digest(copy) == digest(sd_folder)
    weights = copy / "unet" / "diffusion_pytorch_model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert digest(copy) != digest(sd_folder)


@pytest.mark.parametrize("changes", [{"start": "map"}, {"prompt_noise": 1.0}])
def test_what_a_spec_changes_counts_as_the_model(sd_folder: Path, changes: dict[str, Any]) -> None:
    spec = load_spec(str(sd_folder))
    files, changed = find_files(spec, "canny"), spec.model_copy(update=changes)
    assert spec.habits == ()
    assert weights_digest(files, changed.habits) != weights_digest(files, spec.habits) == weights_digest(files)


def test_listing_models_needs_no_torch() -> None:
    code = (
        "import sys; from pipeline.models import names, load_spec; from pipeline.weights import availability\n"
        "[availability(load_spec(name)) for name in names()]\n"
        "assert not {'torch', 'diffusers', 'transformers', 'cv2'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=SPEC_FOLDER.parents[1])


def mixed(base: Path, controlnet: Path) -> ModelFiles:
    return ModelFiles(base=base, controlnet=controlnet / "controlnet", components=())


def test_sd_and_sdxl_parts_do_not_fit_and_no_weights_are_read(
    sd_folder: Path, sdxl_folder: Path, tmp_path: Path
) -> None:
    base = copied(sd_folder, tmp_path / "mixed")
    shutil.rmtree(base / "controlnet")
    copied(sdxl_folder / "controlnet", base / "controlnet")
    for weights in base.glob("*/*.safetensors"):
        weights.write_bytes(b"not weights at all")
    spec = load_spec(str(base))
    with pytest.raises(InputError, match=r"made for SDXL and does not fit this SD .* UNet: cross_att") as caught:
        load_pipeline(spec, "canny", "cpu")
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match=r"made for SD .* does not fit this SDXL UNet"):
        check_compatibility(load_spec(str(sdxl_folder)), mixed(sdxl_folder, sd_folder))


@pytest.mark.parametrize(
    ("component", "change", "message"),
    [
        ("vae", {"latent_channels": 16}, "autoencoder has 16 latent channels, the UNet takes 4"),
        ("vae", {"block_out_channels": [8, 8, 8]}, "shrinks its map 2 times, the autoencoder 4 times"),
        ("controlnet", {"block_out_channels": [8, 32]}, r"block_out_channels is \[8, 32\], must be \[8, 16\]"),
        ("controlnet", {"global_pool_conditions": True}, "not supported"),
        ("unet", {"time_cond_proj_dim": 256}, "not supported"),
        ("unet", {"addition_embed_type": "text_time"}, "addition_embed_type is None, must be text_time"),
    ],
)
def test_each_kind_of_misfit_is_named(
    sd_folder: Path, tmp_path: Path, component: str, change: dict[str, object], message: str
) -> None:
    folder = copied(sd_folder, tmp_path / "changed")
    config = folder / component / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | change))
    spec = load_spec(str(sd_folder))
    with pytest.raises(InputError, match=message):
        check_compatibility(spec, ModelFiles(base=folder, controlnet=folder / "controlnet", components=()))


def test_the_multiple_comes_from_the_configs(sd_folder: Path, tmp_path: Path) -> None:
    files = find_files(load_spec(str(sd_folder)), "canny")
    assert size_multiple(files) == 4
    folder = copied(sd_folder, tmp_path / "deeper")
    for component, change in (
        ("unet", {"down_block_types": ["DownBlock2D"] * 3}),
        ("vae", {"block_out_channels": [1, 1, 1, 1]}),
    ):
        config = folder / component / "config.json"
        config.write_text(json.dumps(json.loads(config.read_text()) | change))
    assert size_multiple(ModelFiles(base=folder, controlnet=folder / "controlnet", components=())) == 32


def test_taesd_is_an_autoencoder_too(tmp_path: Path) -> None:
    from pipeline.generation import generate
    from tests.pipeline.test_denoise import request_for
    from tests.pipeline.tiny_models import build

    loaded = load_pipeline(load_spec(str(build(tmp_path / "taesd", tiny_vae=True))), "canny", "cpu")
    assert next(generate(loaded, [request_for(loaded)])).pixels.shape == (33, 47, 3)


def test_loading_refuses_pickles_and_damaged_weights(sd_folder: Path, tmp_path: Path) -> None:
    folder = copied(sd_folder, tmp_path / "damaged")
    (folder / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(b"\x80\x04pickle")
    with pytest.raises(InputError, match="unet cannot be loaded as UNet2DConditionModel") as caught:
        load_pipeline(load_spec(str(folder)), "canny", "cpu")
    assert "\n" not in str(caught.value)


def test_another_scheduler_of_the_spec_is_used(sd_folder: Path) -> None:
    spec = load_spec(str(sd_folder)).model_copy(update={"scheduler": "unipc"})
    assert load_pipeline(spec, "canny", "cpu").scheduler_name == "UniPCMultistepScheduler"


def test_devices() -> None:
    assert choose_device("cpu") == "cpu"
    with pytest.raises(InputError, match="device must be auto, cpu or cuda, got 'tpu'"):
        choose_device("tpu")


def test_loaded_models_do_not_train(sd: LoadedModel) -> None:
    assert not any(parameter.requires_grad for parameter in sd.pipe.unet.parameters())
    assert not sd.pipe.unet.training
