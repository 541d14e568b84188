"""The stages of the denoiser: text tower, UNet and ControlNet, or some of them, trained for a given time; resumable."""

import copy
import json
import math
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from pipeline.start import first_input, map_latents
from training.build import (
    build_controlnet,
    build_scheduler,
    build_text_encoder,
    build_tokenizer,
    build_unet,
    sample_prompts,
    scale_hint_embedding,
)
from training.data import Batch, batches, render_batch
from training.objective import clean_latents, denoising_loss, draw_timesteps, pixel_loss
from training.optimizer import Optimizer
from training.sampling import Models, write_sheet
from training.settings import JointSettings, Phase

LAST = 999
"""The timestep of pure noise."""

BACKENDS = (SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH)

PARTS = ("text_encoder", "unet", "controlnet")


class Average:
    """Exponential moving average of parameters (B. Polyak, 1992), with a short memory at the start."""

    def __init__(self, modules: dict[str, nn.Module], decay: float) -> None:
        self.decay, self.modules = decay, modules
        self.values = {name: {k: p.detach().clone() for k, p in m.named_parameters()} for name, m in modules.items()}

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Move the averages towards the current parameters."""
        keep = min(self.decay, (1 + step) / (10 + step))
        for name, module in self.modules.items():
            targets = [self.values[name][k] for k, _ in module.named_parameters()]
            torch._foreach_lerp_(targets, [p.detach() for p in module.parameters()], 1 - keep)

    @torch.no_grad()
    def swap(self) -> None:
        """Exchange parameters and averages; call twice to come back."""
        for name, module in self.modules.items():
            for key, parameter in module.named_parameters():
                kept = self.values[name][key].clone()
                self.values[name][key].copy_(parameter)
                parameter.copy_(kept)


def phase_at(settings: JointSettings, share: float) -> Phase:
    """Return the phase that holds at `share` (0 to 1) of the training time."""
    return [phase for phase in settings.phases if phase.start <= share or phase is settings.phases[0]][-1]


def rate_at(settings: JointSettings, share: float, step: int) -> float:
    """Return the share of the learning rates that holds.

    Warm-up by steps, flat, then linear down to a twentieth over the last share of the time.
    """
    falling = min(1.0, (1 - share) / settings.decay_share)
    return min(1.0, step / settings.warm_up_steps) * (0.05 + 0.95 * falling)


def _threads(folder: Path) -> None:
    """Take the number of threads from the file `threads` in the run's folder, so that it can be changed on the way."""
    file = folder / "threads"
    if file.exists() and (text := file.read_text().strip()).isdigit() and int(text) != torch.get_num_threads():
        torch.set_num_threads(int(text))


class StopRequest:
    """Becomes `asked` on SIGTERM, so that a stopped training saves its state first."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGTERM, self._ask)

    def _ask(self, number: int, frame: object) -> None:
        self.asked = True


def prepare(settings: JointSettings, folder: Path, vae_folder: Path, device: str) -> Models:
    """Return models from the run's last checkpoint, or fresh ones."""
    from pipeline.embedded.autoencoder import LappedAutoencoder

    torch.manual_seed(settings.seed)
    vae = LappedAutoencoder.from_pretrained(vae_folder).requires_grad_(False)
    latents = vae.config["latent_channels"]
    if (folder / "tokenizer").is_dir():
        from transformers import CLIPTokenizer

        tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
    else:
        tokenizer = build_tokenizer(settings.text, sample_prompts(settings.text.fit_prompts, settings.seed))
        tokenizer.save_pretrained(folder / "tokenizer")
    models = Models(
        tokenizer=tokenizer,
        text_encoder=build_text_encoder(settings.text, tokenizer),
        unet=build_unet(settings.unet, latents, settings.text.width, faint=settings.start == "noise"),
        controlnet=build_controlnet(settings.unet, latents, settings.text.width),
        vae=vae,
        scheduler=build_scheduler(settings.prediction),
        start=settings.start,
    )
    scale_hint_embedding(models.controlnet, render_batch(Random(settings.seed), "small", settings.batch_pixels).maps)
    for name in (*PARTS, "vae"):
        getattr(models, name).to(device)
    return models


def losses(
    models: Models, batch: Batch, phase: Phase, settings: JointSettings, device: str, teacher: Models | None = None
) -> Tensor:
    """Return the loss of a batch, against the true assets or what `teacher` makes of the same noise."""
    images, count = batch.images.to(device), len(batch.prompts)
    maps = None if settings.drop_control >= 1 else batch.maps.to(device)
    with torch.no_grad():
        latents = models.vae.encode(images).latent_dist.mode()
        noise = torch.randn_like(latents)
        if teacher is not None:
            latents = teacher.sample(noise, teacher.embed(batch.prompts), maps, settings.teacher_steps)
    prompts = [
        "" if drop else prompt
        for prompt, drop in zip(batch.prompts, torch.rand(count) < settings.drop_prompt, strict=True)
    ]
    scale = (torch.rand(count) >= settings.drop_control).float().to(device)
    timesteps = draw_timesteps(count, phase).to(device)
    noisy = models.scheduler.add_noise(latents, noise, timesteps)
    if settings.start == "map" and maps is not None:
        drawn = first_input(noise, map_latents(models.vae, maps), scale.view(-1, 1, 1, 1))
        noisy = torch.where((timesteps == LAST).view(-1, 1, 1, 1), drawn, noisy)
    kind = torch.device(device).type
    # On the CPU, the backward pass of the fused attention takes twice as long as that of the plain one.
    backends = [SDPBackend.MATH] if kind == "cpu" else list(BACKENDS)
    half = torch.autocast(kind, torch.bfloat16, enabled=settings.precision == "bfloat16")
    with half, sdpa_kernel(backends):
        prediction = models.predict(noisy, timesteps, models.embed(prompts), maps, scale)
    prediction = prediction.float()
    loss = settings.loss.latent * denoising_loss(
        prediction, latents, noise, timesteps, models.scheduler, settings.snr_cap
    )
    if settings.loss.pixel:
        difference = clean_latents(prediction, noisy, timesteps, models.scheduler) - latents
        loss = loss + settings.loss.pixel * pixel_loss(difference, models.vae.decoder, settings.loss.gradient)
    return loss


class Run:
    """The state of a training: models, average, optimizer, time and samples spent."""

    def __init__(self, settings: JointSettings, folder: Path, vae_folder: Path, device: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.settings, self.folder, self.device = settings, folder, device
        self.models = prepare(settings, folder, vae_folder, device)
        self.modules = modules = {name: getattr(self.models, name) for name in PARTS}
        resumed = (folder / "state.pt").exists()
        self.take_weights(folder / "start" if (folder / "start").is_dir() else folder)
        self.teacher = self.make_teacher() if settings.teacher_steps else None
        for name in set(PARTS) - set(settings.trained):
            modules[name].requires_grad_(False)
        self.parameters = [p for m in modules.values() for p in m.parameters() if p.requires_grad]
        self.optimizer = Optimizer(self.parameters, settings)
        self.average = Average(modules, settings.ema)
        self.step, self.samples, self.seconds = 0, 0, 0.0
        if resumed:
            state = torch.load(folder / "state.pt", map_location=device, weights_only=True)
            for name, module in modules.items():
                module.load_state_dict(state["modules"][name])
                self.average.values[name] = state["average"][name]
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.samples, self.seconds = state["step"], state["samples"], state["seconds"]

    def take_weights(self, folder: Path) -> None:
        """Load the parts that `training.publish.take_over` put into a folder, if it did."""
        for name, module in self.modules.items():
            if (folder / name).is_dir():
                published = type(module).from_pretrained(folder / name, torch_dtype=torch.float32)
                module.load_state_dict(published.state_dict())

    def make_teacher(self) -> Models:
        """Return a copy of the starting weights, kept in `start` so that a resumed run has the same teacher."""
        for name, module in self.modules.items():
            if not (self.folder / "start" / name).is_dir():
                module.save_pretrained(self.folder / "start" / name)
        copies = {name: copy.deepcopy(module).requires_grad_(False) for name, module in self.modules.items()}
        return replace(self.models, **copies)

    def save(self) -> None:
        """Write the resumable state, and the averaged models in their publishable form."""
        state = {
            "modules": {name: module.state_dict() for name, module in self.modules.items()},
            "average": self.average.values,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "samples": self.samples,
            "seconds": self.seconds,
        }
        torch.save(state, self.folder / "state.tmp")
        (self.folder / "state.tmp").replace(self.folder / "state.pt")
        self.average.swap()
        for name, module in self.modules.items():
            module.save_pretrained(self.folder / name)
            for index in (self.folder / name).glob("*.index.json"):  # of shards that were taken over and are gone now
                index.unlink()
        self.models.scheduler.save_pretrained(self.folder / "scheduler")
        self.average.swap()

    def sheet(self, share: float) -> dict[str, float]:
        """Write sample sheets of the averaged models and return their errors."""
        self.average.swap()
        groups = ["small"] + (["large"] if share > 0.6 else [])
        result = {
            f"mse_{g}": write_sheet(self.models, self.folder / f"sheet-{g}-{self.samples:07d}.png", 16, g)
            for g in groups
        }
        self.average.swap()
        return result


def train(
    settings: JointSettings,
    folder: Path,
    vae_folder: Path,
    hours: float,
    device: str,
    sheet_minutes: float,
    workers: int = 1,
) -> None:
    """Train until `hours` have been spent on the run in all."""
    run = Run(settings, folder, vae_folder, device)
    started, spent = time.time(), run.seconds
    last_sheet, last_save, phase = time.time(), time.time(), None
    stream: Iterator[Batch] = iter(())
    running, stopping = math.nan, StopRequest()
    while True:
        run.seconds = spent + time.time() - started
        share = min(1.0, run.seconds / (hours * 3600))
        if (now := phase_at(settings, share)) is not phase:
            if phase is None or now.buckets != phase.buckets:
                stream = batches(settings.seed + run.step + 1, settings.batch_pixels, now.buckets, workers)
            phase = now
        run.optimizer.set_rate(rate_at(settings, share, run.step + 1))
        batch = next(stream)
        loss = losses(run.models, batch, phase, settings, device, run.teacher)
        run.optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(run.parameters, settings.clip)
        if torch.isfinite(norm):
            run.optimizer.step()
        run.step, run.samples = run.step + 1, run.samples + len(batch.prompts)
        run.average.update(run.step)
        running = loss.item() if math.isnan(running) else 0.98 * running + 0.02 * loss.item()
        done = share >= 1.0
        record: dict[str, float] = {}
        if done or time.time() - last_sheet > sheet_minutes * 60:
            record, last_sheet = run.sheet(share), time.time()
        if done or stopping.asked or time.time() - last_save > 300:
            run.save()
            last_save = time.time()
        if record or run.step % 20 == 0:
            _threads(folder)
            entry = {
                "step": run.step,
                "samples": run.samples,
                "seconds": round(run.seconds),
                "loss": round(running, 4),
                "norm": round(float(norm), 3),
                **record,
            }
            with (folder / "log.jsonl").open("a") as log:
                log.write(json.dumps(entry) + "\n")
        if done or stopping.asked:
            return
