"""CLIPScore through torchmetrics, with a real CLIPModel of tiny size and random weights."""

import json

import numpy as np
import pytest

from scoring.clip import ClipScorer, clip_measurement
from tests.scoring.pairs import originals

WORDS = "a blue button with white text on dark background red icon card".split(" ")


@pytest.fixture(scope="module")
def tiny_clip(tmp_path_factory):
    """A folder as `save_pretrained` writes it, with a byte-level vocabulary of its own."""
    import torch
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPProcessor, CLIPTokenizer

    folder = tmp_path_factory.mktemp("clip")
    letters = sorted(ByteLevel.alphabet())
    tokens = [*letters, *(letter + "</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({token: index for index, token in enumerate(tokens)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=32)
    torch.manual_seed(0)
    small = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    ends = {"bos_token_id": len(tokens) - 2, "eos_token_id": len(tokens) - 1, "pad_token_id": len(tokens) - 1}
    config = CLIPConfig(
        text_config={**small, **ends, "vocab_size": len(tokens), "max_position_embeddings": 32},
        vision_config={**small, "image_size": 32, "patch_size": 8},
        projection_dim=16,
    )
    CLIPModel(config).save_pretrained(folder)
    images = CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    CLIPProcessor(image_processor=images, tokenizer=tokenizer).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def scorer(tiny_clip):
    return ClipScorer(str(tiny_clip))


def cosine(folder, image, prompt):
    """100 x cosine from the model's own forward pass."""
    import torch
    from transformers import CLIPModel, CLIPProcessor

    model, processor = CLIPModel.from_pretrained(folder).eval(), CLIPProcessor.from_pretrained(folder)
    inputs = processor(
        text=[prompt], images=[torch.from_numpy(image).permute(2, 0, 1)], return_tensors="pt", truncation=True,
        max_length=32,
    )  # fmt: skip
    with torch.inference_mode():
        output = model(**inputs)
    return 100 * torch.nn.functional.cosine_similarity(output.image_embeds, output.text_embeds).item()


@pytest.mark.parametrize("index", range(8))
def test_score_is_the_cosine_of_the_models_own_embeddings(tiny_clip, scorer, index):
    image, prompt = originals()[index][1], " ".join(WORDS[: index + 1])
    value, remark = scorer.score(image, prompt)
    assert value == pytest.approx(max(cosine(tiny_clip, image, prompt), 0.0), abs=1e-3)
    assert "cut" not in remark


def test_score_equals_torchmetrics(tiny_clip, scorer):
    import torch
    from torchmetrics.multimodal.clip_score import CLIPScore
    from transformers import CLIPModel, CLIPProcessor

    class TensorFeatures(CLIPModel):
        def get_image_features(self, pixel_values):
            return super().get_image_features(pixel_values).pooler_output

        def get_text_features(self, input_ids, attention_mask):
            return super().get_text_features(input_ids, attention_mask).pooler_output

    metric = CLIPScore(lambda: (TensorFeatures.from_pretrained(tiny_clip), CLIPProcessor.from_pretrained(tiny_clip)))
    for _, image in originals()[:6]:
        with torch.inference_mode():
            metric.reset()
            expected = metric(torch.from_numpy(image).permute(2, 0, 1), "a blue button").item()
        assert scorer.score(image, "a blue button")[0] == pytest.approx(expected, abs=1e-5)


def test_one_image_does_not_leak_into_the_next(scorer):
    first, second = originals()[0][1], originals()[1][1]
    alone = ClipScorer(scorer.model).score(second, "red card")[0]
    scorer.score(first, "blue button")
    assert scorer.score(second, "red card")[0] == alone


def test_a_long_prompt_is_cut_and_said_so(tiny_clip, scorer, thresholds):
    prompt, image = "blue button " * 40, originals()[0][1]
    measurement = clip_measurement(scorer, image, prompt, thresholds)
    assert "cut to 32" in measurement.reason
    assert measurement.value == pytest.approx(max(cosine(tiny_clip, image, prompt), 0.0), abs=1e-3)
    assert measurement.threshold is None


def test_missing_weights_are_unscored_and_name_the_way_to_get_them(thresholds, monkeypatch, tmp_path):
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    measurement = clip_measurement(ClipScorer(), originals()[0][1], "blue button", thresholds)
    assert (measurement.value, measurement.verdict) == (None, "unscored")
    assert "hf download openai/clip-vit-base-patch16" in measurement.reason
    assert "--clip" in measurement.reason


def test_a_folder_that_is_no_model_says_so(thresholds, tmp_path):
    measurement = clip_measurement(ClipScorer(str(tmp_path)), originals()[0][1], "blue button", thresholds)
    assert measurement.verdict == "unscored"
    assert "holds no CLIP model" in measurement.reason
    assert "\n" not in measurement.reason


def test_a_folder_with_a_config_but_no_weights_says_so(tiny_clip, thresholds, tmp_path):
    for file in tiny_clip.iterdir():
        if file.suffix == ".json":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    measurement = clip_measurement(ClipScorer(str(tmp_path)), originals()[0][1], "blue button", thresholds)
    assert measurement.verdict == "unscored"
    assert "holds no CLIP model" in measurement.reason


@pytest.mark.parametrize("name", ["no/such/folder", "../x", "a model with spaces", ""])
def test_names_that_are_no_model_are_unscored(thresholds, name):
    measurement = clip_measurement(ClipScorer(name), originals()[0][1], "blue button", thresholds)
    assert measurement.verdict == "unscored"


@pytest.mark.parametrize("prompt", [None, "", "  "])
def test_no_prompt_is_unscored(scorer, prompt, thresholds):
    assert clip_measurement(scorer, np.zeros((16, 16, 3), np.uint8), prompt, thresholds).reason == "no prompt was given"
