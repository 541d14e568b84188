"""Train a stage of the embedded model: `python -m training.train --stage fit|vae|joint|clip --run DIR --hours H`."""

import argparse
from pathlib import Path

import torch


def main() -> None:
    """Run one stage; every stage goes on from its last checkpoint in the run's folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", choices=("fit", "vae", "joint", "clip"), required=True)
    parser.add_argument("--run", type=Path, required=True, help="folder of checkpoints, logs and sample sheets")
    parser.add_argument("--hours", type=float, default=2.0, help="time to spend on the joint or the clip stage in all")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--start-from", type=Path, help="published model whose weights and vocabulary a new run takes")
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
    from training.settings import autoencoder_settings, joint_settings

    if arguments.stage == "fit":
        from training.autoencoder import fit

        fit(autoencoder_settings(), vae)
    elif arguments.stage == "vae":
        from training.autoencoder import refine

        refine(autoencoder_settings(), vae)
    else:
        from training.joint import train

        train(joint_settings(), arguments.run, vae, arguments.hours, arguments.device, arguments.sheet_minutes)


if __name__ == "__main__":
    main()
