"""Train a stage of the embedded model: `python -m training.train --stage joint --run DIR --hours H`.

`fit` and `vae` make the autoencoder, `joint` the generator in one go; `unet`, then `controlnet`, do the same one after
the other; `distil` teaches one step what eight make; `clip` trains the judge of prompts.
"""

import argparse
from pathlib import Path

import torch

DENOISER_STAGES = ("joint", "unet", "controlnet", "distil")


def main() -> None:
    """Run one stage; every stage goes on from its last checkpoint in the run's folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", choices=("fit", "vae", *DENOISER_STAGES, "clip"), required=True)
    parser.add_argument("--run", type=Path, required=True, help="folder of checkpoints, logs and sample sheets")
    parser.add_argument(
        "--hours", type=float, default=2.0, help="time to spend on the stage in all, but for fit and vae"
    )
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument(
        "--start-from", type=Path, help="published model, or another stage's run, whose parts a new run takes"
    )
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--sheet-minutes", type=float, default=12.0)
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    if arguments.stage == "clip":
        from training.clip import train as train_clip
        from training.clip_settings import clip_settings

        train_clip(clip_settings(), arguments.run, arguments.hours)
        return
    vae = arguments.run / "vae"
    if arguments.start_from:
        from training.publish import take_over

        take_over(arguments.start_from, arguments.run)
    from training.settings import FOLDER, autoencoder_settings, joint_settings

    if arguments.stage == "fit":
        from training.autoencoder import fit

        fit(autoencoder_settings(), vae)
    elif arguments.stage == "vae":
        from training.autoencoder import refine

        refine(autoencoder_settings(), vae)
    else:
        from training.joint import train

        settings = joint_settings(FOLDER / f"{arguments.stage}.yaml")
        train(settings, arguments.run, vae, arguments.hours, arguments.device, arguments.sheet_minutes)


if __name__ == "__main__":
    main()
