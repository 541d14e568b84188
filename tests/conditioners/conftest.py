"""Shared fixtures of the conditioner tests."""

from pathlib import Path

import pytest

from conditioners.ocr import TextReader


@pytest.fixture(scope="session")
def reader() -> TextReader:
    """EasyOCR with the weights that are installed; its networks are loaded at the first reading."""
    return TextReader()


@pytest.fixture(scope="session")
def annotator_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of weight files as controlnet_aux loads them: its own networks, untrained, under the published names."""
    import torch
    from controlnet_aux.hed import ControlNetHED_Apache2
    from controlnet_aux.lineart import Generator
    from controlnet_aux.pidi.model import pidinet

    folder = tmp_path_factory.mktemp("annotators")
    torch.manual_seed(0)
    torch.save(ControlNetHED_Apache2().state_dict(), folder / "ControlNetHED.pth")
    pidi = {f"module.{key}": value for key, value in pidinet().state_dict().items()}
    torch.save({"state_dict": pidi}, folder / "table5_pidinet.pth")
    torch.save(Generator(3, 1, 3).state_dict(), folder / "sk_model.pth")
    torch.save(Generator(3, 1, 3).state_dict(), folder / "sk_model2.pth")
    return folder
