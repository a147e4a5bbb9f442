"""Made pages with known text: licences that every Debian has, set in several faces and sizes, printed and scanned."""

import collections
import pathlib
import random
import re
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = "/usr/share/fonts/truetype/dejavu"
TEXTS = "/usr/share/common-licenses"
PAPER_INCHES = (8.27, 11.69)
MARGIN_INCHES = 0.9


@dataclass(frozen=True)
class Page:
    """One page: how it is set, and what became of it on its way."""

    name: str
    text: str
    font: str
    points: float
    dots_per_inch: int
    skew_degrees: float = 0
    noise: float = 0
    blur: float = 0
    ink: int = 0
    paper: int = 255
    jpeg_quality: int = 0
    columns: int = 1


PAGES = [
    Page("clean sans 11 pt, 300 dpi", "GPL-3", "DejaVuSans", 11, 300),
    Page("clean serif 10 pt, 300 dpi", "Apache-2.0", "DejaVuSerif", 10, 300),
    Page("clean mono 10 pt, 200 dpi", "MPL-2.0", "DejaVuSansMono", 10, 200),
    Page("clean sans 10 pt, 150 dpi", "GFDL-1.3", "DejaVuSans", 10, 150),
    Page("bold serif 14 pt, 200 dpi", "LGPL-3", "DejaVuSerif-Bold", 14, 200),
    Page("scan serif 11 pt, 300 dpi, skewed", "GPL-2", "DejaVuSerif", 11, 300, 0.6, 12, 0.8, 40, 235),
    Page("scan sans 10 pt, 300 dpi, noisy", "Artistic", "DejaVuSans", 10, 300, -0.4, 25, 1.0, 60, 220),
    Page("scan serif 12 pt, 200 dpi", "LGPL-2.1", "DejaVuSerif", 12, 200, 0.5, 12, 0.7, 50, 230),
    Page("scan mono 11 pt, 200 dpi, JPEG", "GPL-1", "DejaVuSansMono", 11, 200, -0.3, 8, 0.6, 50, 230, 40),
    Page("scan sans 12 pt, 150 dpi", "MPL-1.1", "DejaVuSans", 12, 150, 0.4, 8, 0.4, 40, 235),
    Page("two columns serif 10 pt, 300 dpi", "GFDL-1.2", "DejaVuSerif", 10, 300, columns=2),
    Page("two columns scan sans 10 pt, 200 dpi", "LGPL-2", "DejaVuSans", 10, 200, 0.3, 10, 0.5, 50, 230, columns=2),
]


def words(name: str) -> list[str]:
    """A text's words; those that no page is set with are left out."""
    text = pathlib.Path(TEXTS, name).read_text(errors="ignore")
    return [word for word in text.split() if re.fullmatch(r"[A-Za-z0-9.,;:'\"()/-]+", word) and "--" not in word]


def draw(page: Page) -> tuple[Image.Image, str]:
    """The page in grey, and its text."""
    dots = page.dots_per_inch
    width, height = (round(side * dots) for side in PAPER_INCHES)
    margin = round(MARGIN_INCHES * dots)
    font = ImageFont.truetype(f"{FONTS}/{page.font}.ttf", page.points * dots / 72)
    image = Image.new("L", (width, height), page.paper)
    canvas = ImageDraw.Draw(image)
    gap = margin // 2
    column = (width - 2 * margin - (page.columns - 1) * gap) // page.columns
    step = page.points * dots / 72 * 1.35
    rest, lines = collections.deque(words(page.text)), []
    for index in range(page.columns):
        x, y = margin + index * (column + gap), float(margin)
        while y + step < height - margin and rest:
            line = rest.popleft()
            length = canvas.textlength(line, font)
            while rest and (length := length + canvas.textlength(f" {rest[0]}", font)) <= column:
                line += f" {rest.popleft()}"
            canvas.text((x, round(y)), line, page.ink, font)
            lines.append(line)
            y += step
    return age(image, page), "\n".join(lines)


def age(image: Image.Image, page: Page) -> Image.Image:
    """Turns, blurs and grains a page as a scanner does."""
    if page.skew_degrees:
        image = image.rotate(page.skew_degrees, Image.Resampling.BICUBIC, fillcolor=page.paper)
    if page.blur:
        image = image.filter(ImageFilter.GaussianBlur(page.blur * page.dots_per_inch / 300))
    if page.noise:
        generator = random.Random(page.name)
        grain = Image.frombytes("L", image.size, generator.randbytes(image.size[0] * image.size[1]))
        image = Image.blend(image, grain, page.noise / 255)
    return image


def make(folder: pathlib.Path) -> list[tuple[Page, pathlib.Path, str]]:
    """Writes every page as an uncompressed picture in colour, which both readers take without decoding anything."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for index, page in enumerate(PAGES):
        image, text = draw(page)
        if page.jpeg_quality:
            image.save(folder / "page.jpg", quality=page.jpeg_quality)
            image = Image.open(folder / "page.jpg")
        path = folder / f"{index:02}.ppm"
        image.convert("RGB").save(path)
        made.append((page, path, text))
    return made
