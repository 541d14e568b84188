import base64

import numpy as np
import pytest
from PIL import Image

from conditioners.errors import InputError
from conditioners.svg import FONT_FILES
from conditioners.svg_check import MAX_DEPTH, check_svg
from conditioners.wireframe import load_wireframe
from tests.conditioners.drawings import SVG, button, encoded, rgb, svg, written


def data_uri(image: Image.Image, form: str = "PNG") -> str:
    return f"data:image/{form.lower()};base64,{base64.b64encode(encoded(image, form)).decode()}"


def load(folder, text):
    return load_wireframe(written(folder, "drawing.svg", text))


def test_a_stroke_lies_where_it_was_drawn(tmp_path):
    wireframe = load(tmp_path, svg(""))
    assert wireframe.extent == (120, 60)
    dark = wireframe.gray() < 128
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    assert (columns[0], columns[-1], rows[0], rows[-1]) == (9, 100, 9, 50)
    assert wireframe.pixels[0, 0].tolist() == [255, 255, 255]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ('width="100.3" height="50.6"', (100, 51)),
        ('viewBox="0 0 64.4 32"', (64, 32)),
        ('width="200" viewBox="0 0 100 50"', (200, 100)),
        ('height="200" viewBox="0 0 100 50"', (400, 200)),
        ('width="200" height="100%" viewBox="0 0 100 50"', (200, 50)),
        ('width="50%" viewBox="0,0,100,50"', (50, 25)),
        ('width="100.5" height="20.49"', (101, 20)),
        ('width="50%" height="100%" viewBox="0 0 100 50"', (50, 50)),
        ('width="2in" height="10mm"', (192, 38)),
        ('width="75pt" height="5pc"', (100, 80)),
        ('width="40px" height="40px" viewBox="0 0 400 400"', (40, 40)),
    ],
)
def test_the_size_is_the_one_that_resvg_renders(tmp_path, size, expected):
    text = f'<svg {SVG} {size}><path d="M2 2h30v20h-30z" fill="none" stroke="#000" stroke-width="4"/></svg>'
    assert check_svg(text, "x").extent == expected
    assert load(tmp_path, text).extent == expected


REFUSED = {
    "script": ("<script/>", "must not hold a script"),
    "prefixed script": (f"<x:script x{SVG[1:5]}:x='http://www.w3.org/2000/svg'/>", "must not hold a script"),
    "event handler": ('<rect onload="go()" width="5" height="5"/>', "must not hold a script"),
    "remote image": ('<image href="https://example.com/a.png" width="9" height="9"/>', "outside the file"),
    "local image": ('<image href="/etc/hostname" width="9" height="9"/>', "outside the file"),
    "file url": ('<image href="file:///etc/hostname" width="9" height="9"/>', "outside the file"),
    "relative use": ('<use href="other.svg#a"/>', "outside the file"),
    "xlink": ('<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="other.svg#a"/>', "outside the file"),
    "other prefix": ('<use xmlns:q="http://www.w3.org/1999/xlink" q:href="other.svg#a"/>', "outside the file"),
    "filter image": ('<filter id="f"><feImage href="b.png"/></filter>', "outside the file"),
    "script link": ('<a href="javascript:go()"><rect width="5" height="5"/></a>', "outside the file"),
    "fill url": ('<rect fill="url(http://example.com/#a)" width="5" height="5"/>', "outside the file"),
    "style url": ('<rect style="fill:url(\'b.svg#a\')" width="5" height="5"/>', "outside the file"),
    "style import": ("<style>@import 'a.css';</style>", "outside the file"),
    "style sheet url": ("<style>rect { mask: url(b.svg#m) }</style>", "outside the file"),
    "split style": ("<style>rect { mask: ur<!-- -->l(b.svg#m) }</style>", "outside the file"),
    "svg in data": ('<image href="data:image/svg+xml;base64,PHN2Zy8+" width="9" height="9"/>', "PNG, JPEG or WebP"),
    "html in data": ('<image href="data:text/html,x" width="9" height="9"/>', "outside the file"),
    "bad base64": ('<image href="data:image/png;base64,a" width="9" height="9"/>', "must be base64"),
    "animation": ('<rect width="5" height="5"><animate attributeName="x" to="9"/></rect>', "must be a still"),
    "deep": ("<g>" * MAX_DEPTH + "</g>" * MAX_DEPTH, "nested at most"),
    "not closed": ("<g>", "well-formed"),
    "two texts": ("<text>a", "well-formed"),
    "undeclared entity": ("<text>&nbsp;</text>", "well-formed"),
    "missing glyph": ('<text x="5" y="30">设置</text>', "U+7F6E"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_an_svg_must_not_hold(tmp_path, case):
    body, expected = REFUSED[case]
    with pytest.raises(InputError, match=r"drawing\.svg: ") as raised:
        load(tmp_path, svg(body))
    assert expected in str(raised.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"<svg {SVG}><rect width='9' height='9'/></svg>", "must have a viewBox, or width and height"),
        (f"<svg {SVG} width='10em' height='9'/>", "must be in px"),
        (f"<svg {SVG} width='wide' height='9'/>", "must be in px"),
        (f"<svg {SVG} width='20000' height='20000'/>", "16 to 4096 px, got 20000x20000"),
        (f"<svg {SVG} width='1e9' height='50'/>", "must be in px"),
        (f"<svg {SVG} width='30px ' height='4000' viewBox='0 0 9000 1'/>", "must be in px"),
        (f"<svg {SVG} height='4000' viewBox='0 0 9000 1'/>", "each side must be"),
        (f"<svg {SVG} viewBox='0 0 1_0 50'/>", "viewBox must be four numbers"),
        (f"<svg {SVG} width='-5' height='50'/>", "16 to 4096 px, got 1x50"),
        (f"<svg {SVG} width='8' height='8'/>", "16 to 4096 px, got 8x8"),
        (f"<svg {SVG} viewBox='0 0 5'/>", "viewBox must be four numbers"),
        (f"<svg {SVG} viewBox='0 0 nan 50'/>", "viewBox must be four numbers"),
        (f"<svg {SVG} viewBox='0 0 0 50'/>", "viewBox must have a positive size"),
        ("<html><svg width='50' height='50'/></html>", "root element must be svg, got html"),
        (f'<?xml-stylesheet href="a.css"?><svg {SVG} width="50" height="50"/>', "outside the file"),
        (f'<!DOCTYPE svg SYSTEM "http://example.com/a.dtd"><svg {SVG} width="50" height="50"/>', "own DOCTYPE"),
        (f'<!DOCTYPE svg [<!ENTITY a "b">]><svg {SVG} width="50" height="50"/>', "must not declare entities"),
    ],
)
def test_documents_that_are_refused(tmp_path, text, expected):
    with pytest.raises(InputError) as raised:
        load(tmp_path, text)
    assert expected in str(raised.value)


def test_utf16_is_refused(tmp_path):
    path = written(tmp_path, "wide.svg", svg("").encode("utf-16"))
    with pytest.raises(InputError):
        load_wireframe(path)


def test_latin1_is_refused(tmp_path):
    path = written(tmp_path, "latin.svg", svg("<text>caf\xe9</text>").encode("latin-1"))
    with pytest.raises(InputError, match="must be UTF-8"):
        load_wireframe(path)


ALLOWED = {
    "byte order mark": "\ufeff" + svg(""),
    "declaration": '<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn -->\n' + svg(""),
    "w3c doctype": (
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">' + svg("")
    ),
    "hyperlink": svg('<a href="https://example.com/"><rect x="20" y="20" width="9" height="9"/></a>'),
    "own reference": svg('<defs><rect id="a" width="9" height="9"/></defs><use href="#a" x="30" y="20"/>'),
    "own gradient": svg('<linearGradient id="g"/><rect fill="url(#g)" width="9" height="9"/>'),
    "embedded font": svg("<style>@font-face { font-family: X; src: url(data:font/woff2;base64,AAAA) }</style>"),
    "empty href": svg('<use href=""/>'),
}


@pytest.mark.parametrize("case", ALLOWED)
def test_what_an_svg_may_hold(tmp_path, case):
    assert load(tmp_path, ALLOWED[case]).extent == (120, 60)


def test_an_embedded_image_is_drawn_and_a_bomb_is_not(tmp_path):
    image = Image.fromarray(rgb(button(40, 30)))
    wireframe = load(tmp_path, svg(f'<image href="{data_uri(image)}" x="20" y="15" width="40" height="30"/>'))
    assert wireframe.gray()[15 + 5, 20 + 10] < 60
    bomb = data_uri(Image.new("1", (12000, 12000)))
    with pytest.raises(InputError, match="embedded images must have at most"):
        load(tmp_path, svg(f'<image href="{bomb}" width="9" height="9"/>'))


def test_a_tower_of_uses_is_an_error_not_a_hang(tmp_path):
    tower = "".join(f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 10))
    with pytest.raises(InputError, match="cannot be rendered"):
        load(tmp_path, svg(f'<defs><rect id="g0" width="5" height="5"/>{tower}</defs><use href="#g9"/>'))


def test_text_of_any_family_is_set_in_the_bundled_font(tmp_path):
    def digest(attributes):
        return load(tmp_path, svg(f'<text x="15" y="35" font-size="20" {attributes}>Save ☰</text>')).digest

    families = ("", 'font-family="Arial"', 'font-family="No Such, serif"', 'font-family="monospace"')
    assert len({digest(family) for family in families}) == 1
    assert digest('font-weight="bold"') != digest("")


def test_the_fonts_come_with_their_licence():
    assert all(file.is_file() for file in FONT_FILES)
    assert "Bitstream" in (FONT_FILES[0].parent / "LICENSE-DejaVu.txt").read_text(encoding="utf-8")
