"""The training stages at tiny size: real classes, a few steps, resumed from a checkpoint."""

import json
from pathlib import Path
from random import Random

import pytest
import torch
from diffusers import UNet2DConditionModel

from pipeline.embedded.autoencoder import LappedAutoencoder
from training.autoencoder import fit_transform, psnr
from training.build import build_scheduler, build_tokenizer, sample_prompts
from training.data import render_batch
from training.joint import Run, phase_at, rate_at, train
from training.objective import clean_latents, denoising_loss, draw_timesteps, pixel_loss
from training.publish import take_over
from training.settings import FOLDER, JointSettings, Phase, TextSettings, joint_settings


def small(settings: JointSettings) -> JointSettings:
    """The settings with networks and batches that take no time."""
    return settings.model_copy(
        update={
            "batch_pixels": 2 * 128 * 128,
            "unet": settings.unet.model_copy(
                update={"widths": (16, 32, 32), "heads": 2, "groups": 4, "hint_widths": (4, 8, 8, 8)}
            ),
            "text": settings.text.model_copy(
                update={"vocabulary": 600, "fit_prompts": 40, "width": 32, "layers": 1, "heads": 2}
            ),
        }
    )


@pytest.fixture(scope="module")
def tiny() -> JointSettings:
    return small(joint_settings())


@pytest.fixture(scope="module")
def fitted() -> LappedAutoencoder:
    images = torch.cat([render_batch(Random(seed), "small", 128 * 128 * 4).images[:, :, :64, :96] for seed in range(8)])
    rows = torch.nn.functional.unfold(images, 8, stride=8).permute(0, 2, 1).reshape(-1, 192)
    model = LappedAutoencoder(latent_channels=48, refiner_width=16, refiner_blocks=1)
    fit_transform(model, rows.mean(0), torch.cov(rows.T), power=0.35)
    return model.eval()


def test_the_patch_transform_keeps_assets(fitted: LappedAutoencoder) -> None:
    images = render_batch(Random(99), "small", 128 * 128 * 8).images
    with torch.no_grad():
        assert psnr(fitted(images), images) > 28


def test_latents_have_the_documented_spread(fitted: LappedAutoencoder) -> None:
    images = torch.cat([render_batch(Random(seed), "small", 128 * 128 * 4).images[:, :, :64, :96] for seed in range(8)])
    with torch.no_grad():
        spread = fitted.encode(images).latent_dist.mode().std(dim=(0, 2, 3))
    assert spread[0].item() == pytest.approx(2.0, rel=0.1)
    assert spread[-1] < spread[0]


def test_the_tokenizer_round_trips_through_its_files(tmp_path: Path) -> None:
    from transformers import CLIPTokenizer

    settings = TextSettings(vocabulary=600, fit_prompts=40, width=32, layers=1, heads=2)
    tokenizer = build_tokenizer(settings, sample_prompts(40, 1))
    tokenizer.save_pretrained(tmp_path)
    again = CLIPTokenizer.from_pretrained(tmp_path)
    text = 'a #1e73e8 flat button with the label "Save & Exit" – 100%'
    assert again(text).input_ids == tokenizer(text).input_ids
    assert len(tokenizer("x " * 200, truncation=True).input_ids) == 77


def test_timesteps_follow_the_phase() -> None:
    phase = Phase(start=0, buckets={"small": 1}, pure_noise=0.4, lowest=600)
    drawn = draw_timesteps(4000, phase, generator=torch.Generator().manual_seed(0))
    assert drawn.min() >= 600
    assert drawn.max() == 999
    assert (drawn == 999).float().mean().item() == pytest.approx(0.4, abs=0.04)


def test_timesteps_of_the_sampler_get_their_share() -> None:
    phase = Phase(start=0, buckets={"small": 1}, pure_noise=0.3, on_grid=0.5, grid=(749, 499), lowest=0)
    drawn = draw_timesteps(4000, phase, generator=torch.Generator().manual_seed(0))
    assert ((drawn == 749) | (drawn == 499)).float().mean().item() == pytest.approx(0.5, abs=0.04)
    assert (drawn == 999).float().mean().item() == pytest.approx(0.3, abs=0.04)
    assert len(drawn.unique()) > 100


@pytest.mark.parametrize("prediction", ["sample", "v_prediction"])
def test_a_perfect_prediction_has_no_loss(prediction: str) -> None:
    scheduler, latents, noise = build_scheduler(prediction), torch.randn(3, 4, 2, 2), torch.randn(3, 4, 2, 2)
    timesteps = torch.tensor([999, 500, 10])
    target = latents if prediction == "sample" else scheduler.get_velocity(latents, noise, timesteps)
    assert denoising_loss(target, latents, noise, timesteps, scheduler, 5.0).item() == pytest.approx(0, abs=1e-6)


def test_both_predictions_weigh_an_error_of_the_latent_alike() -> None:
    """An error d of the clean latent is an error d / sigma of v."""
    latents, noise, error = torch.zeros(1, 4, 2, 2), torch.randn(1, 4, 2, 2), torch.randn(1, 4, 2, 2)
    for step in (999, 700, 300):
        timesteps = torch.tensor([step])
        sample, velocity = build_scheduler("sample"), build_scheduler("v_prediction")
        sigma = (1 - velocity.alphas_cumprod[step]).sqrt()
        target = velocity.get_velocity(latents, noise, timesteps)
        first = denoising_loss(latents + error, latents, noise, timesteps, sample, 5.0)
        second = denoising_loss(target - error / sigma, latents, noise, timesteps, velocity, 5.0)
        assert first.item() == pytest.approx(second.item(), rel=1e-3)


def test_at_pure_noise_v_is_minus_the_latent() -> None:
    scheduler, latents = build_scheduler("v_prediction"), torch.randn(3, 4, 2, 2)
    velocity = scheduler.get_velocity(latents, torch.randn_like(latents), torch.full((3,), 999))
    assert torch.allclose(velocity, -latents, atol=1e-4)


@pytest.mark.parametrize("prediction", ["sample", "v_prediction"])
def test_the_clean_latent_is_found_in_either_prediction(prediction: str) -> None:
    scheduler, latents, noise = build_scheduler(prediction), torch.randn(3, 4, 2, 2), torch.randn(3, 4, 2, 2)
    timesteps = torch.tensor([999, 500, 10])
    output = latents if prediction == "sample" else scheduler.get_velocity(latents, noise, timesteps)
    noisy = scheduler.add_noise(latents, noise, timesteps)
    assert torch.allclose(clean_latents(output, noisy, timesteps, scheduler), latents, atol=1e-3)


def test_the_pixel_loss_is_that_of_the_decoded_pixels(fitted: LappedAutoencoder) -> None:
    first, second = torch.randn(2, 48, 4, 6), torch.randn(2, 48, 4, 6)
    with torch.no_grad():
        error = fitted.decoder(first) - fitted.decoder(second)
        wanted = error.abs().mean() + 0.5 * (error.diff(dim=2).abs().mean() + error.diff(dim=3).abs().mean())
        assert pixel_loss(first - second, fitted.decoder, 0.5).item() == pytest.approx(wanted.item(), rel=1e-5)
        assert pixel_loss(first - first, fitted.decoder, 0.5).item() == 0


def test_the_rate_warms_up_and_falls(tiny: JointSettings) -> None:
    late = tiny.model_copy(update={"decay_share": 0.5})
    assert rate_at(late, 0.1, 1) < rate_at(late, 0.1, tiny.warm_up_steps) == 1
    assert rate_at(tiny, 0.1, 10_000) > rate_at(tiny, 0.6, 10_000)
    assert rate_at(tiny, 1.0, 10_000) == pytest.approx(0.05)
    assert phase_at(tiny, 0.0) is tiny.phases[0]
    assert phase_at(tiny, 1.0) is tiny.phases[-1]


def test_a_stopped_training_goes_on(tiny: JointSettings, fitted: LappedAutoencoder, tmp_path: Path) -> None:
    run = tmp_path / "run"
    fitted.save_pretrained(run / "vae")
    for hours in (1e-6, 1e-3):
        train(tiny, run, run / "vae", hours, "cpu", sheet_minutes=60, workers=0)
    entries = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert len(entries) >= 2
    assert entries[0]["step"] < entries[-1]["step"]
    assert entries[0]["samples"] < entries[-1]["samples"]
    assert entries[0]["seconds"] <= entries[-1]["seconds"]
    for part in ("unet", "controlnet", "text_encoder"):
        assert list((run / part).glob("*.safetensors"))
    assert list(run.glob("sheet-small-*.png"))
    successor = tmp_path / "successor"
    take_over(run, successor)
    started = Run(tiny, successor, successor / "vae", "cpu")
    saved = UNet2DConditionModel.from_pretrained(run / "unet").state_dict()
    assert all(torch.equal(saved[key], value) for key, value in started.models.unet.state_dict().items())
    assert started.step == 0
    (successor / "unet" / "diffusion_pytorch_model.safetensors.index.json").write_text('{"weight_map": {"a": "gone"}}')
    started.save()
    assert UNet2DConditionModel.from_pretrained(successor / "unet").num_parameters() > 0


@pytest.mark.parametrize(
    "stage, moved",
    [
        ("unet", {"unet", "text_encoder"}),
        ("controlnet", {"controlnet"}),
        ("distil", {"unet", "controlnet", "text_encoder"}),
    ],
)
def test_a_stage_trains_its_own_parts_only(
    stage: str, moved: set[str], fitted: LappedAutoencoder, tmp_path: Path
) -> None:
    settings, run = small(joint_settings(FOLDER / f"{stage}.yaml")), tmp_path / "run"
    fitted.save_pretrained(run / "vae")
    settings = settings.model_copy(update={"teacher_steps": min(2, settings.teacher_steps), "warm_up_steps": 1})
    before = Run(settings, run, run / "vae", "cpu")
    first = {name: {k: v.clone() for k, v in m.state_dict().items()} for name, m in before.modules.items()}
    before.save()
    train(settings, run, run / "vae", 1e-4, "cpu", sheet_minutes=60, workers=0)
    after = Run(settings, run, run / "vae", "cpu")
    changed = {
        name
        for name, module in after.modules.items()
        if any(not torch.equal(value, first[name][key]) for key, value in module.state_dict().items())
    }
    assert changed == moved
    if stage == "distil":
        assert after.teacher is not None
        teacher = after.teacher.unet.state_dict()
        assert all(torch.equal(value, first["unet"][key]) for key, value in teacher.items())


def test_published_configs_name_no_folder_of_the_machine_that_trained_them(repository: Path) -> None:
    configs = sorted((repository / "pipeline" / "embedded").glob("*/config.json"))
    assert len(configs) >= 5
    assert not [file for file in configs if json.loads(file.read_text(encoding="utf-8")).get("_name_or_path")]
