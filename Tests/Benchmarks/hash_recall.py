"""The recall of perceptual hashes over changes of real pictures, every method at its own threshold."""

import dataclasses
import hashlib
import pathlib
from collections.abc import Callable

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont

# The longer side of the pictures that are changed.
LONG_SIDE = 1024
# How many of the pairs that a method accepts may be wrong.
WRONG_SHARE = 1e-4


def blur(image, _):
    return image.filter(ImageFilter.GaussianBlur(4))


def gamma(image, _):
    return image.point([round(255 * (value / 255) ** 1.8) for value in range(256)] * 3)


def noise(image, random):
    pixels = numpy.asarray(image).astype(numpy.float32)
    return Image.fromarray(numpy.clip(pixels + random.normal(0, 25, pixels.shape), 0, 255).astype(numpy.uint8))


def resize(image, _):
    return image.resize((max(image.width // 4, 1), max(image.height // 4, 1)), Image.Resampling.BICUBIC)


def watermark(image, _):
    layer = Image.new("RGBA", image.size)
    draw = ImageDraw.Draw(layer)
    font = ImageFont.load_default(image.width / 6)
    draw.text((image.width / 2, image.height / 2), "SAMPLE", (255, 255, 255, 128), font, anchor="mm")
    layer = layer.rotate(20)
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def turned(degrees):
    return lambda image, _: image.rotate(degrees, Image.Resampling.BICUBIC)


def crop(image, _):
    x, y = round(image.width * 0.05), round(image.height * 0.05)
    return image.crop((x, y, image.width - x, image.height - y))


def pad(image, _):
    bar = round(image.height * 0.1)
    padded = Image.new("RGB", (image.width, image.height + 2 * bar))
    padded.paste(image, (0, bar))
    return padded


@dataclasses.dataclass
class Change:
    name: str
    apply: Callable
    quality: int = 90
    # Whether it counts in the whole.
    counts: bool = True


CHANGES = [
    Change("blur of 4 pixels", blur),
    Change("gamma 1.8", gamma),
    Change("JPEG quality 20", lambda image, _: image, 20),
    Change("noise, sigma 25", noise),
    Change("resize to 25 %", resize),
    Change("watermark", watermark),
    Change("rotation by 4 degrees", turned(4)),
    Change("5 % cut off every side", crop),
    Change("20 % black bars", pad),
    Change("rotation by 2 degrees", turned(2), counts=False),
    Change("rotation by 5 degrees", turned(5), counts=False),
]


def make(paths: list[pathlib.Path], folder: pathlib.Path) -> list[list[pathlib.Path]]:
    """Every picture's original and its changed copies, as JPEG; what is there from an earlier run is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    Image.MAX_IMAGE_PIXELS = None
    made = []
    for path in paths:
        key = hashlib.sha256(str(path).encode()).hexdigest()[:12]
        names = [folder / f"{key}-{index:02}.jpg" for index in range(len(CHANGES) + 1)]
        made.append(names)
        if all(name.exists() for name in names):
            continue
        image = Image.open(path).convert("RGB")
        image.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
        image.save(names[0], quality=95)
        random = numpy.random.default_rng(int(key, 16))
        for change, name in zip(CHANGES, names[1:]):
            change.apply(image, random).save(name, quality=change.quality)
    return made


def hamming(one: numpy.ndarray, two: numpy.ndarray) -> numpy.ndarray:
    """The distances of all rows of one from all of another; rows are bits."""
    bits = one.shape[1]
    return ((bits - (2 * one - 1) @ (2 * two - 1).T) / 2).round().astype(numpy.int16)


def bits(texts: list[str]) -> numpy.ndarray:
    rows = numpy.array([list(bytes.fromhex(text)) for text in texts], numpy.uint8)
    return numpy.unpackbits(rows, axis=1).astype(numpy.float32)


def distances(plain: list[list[str]], variants: list[list[str]]) -> numpy.ndarray:
    """As `PictureFingerprints.distance(to:)`: a plain hash against all of the other's, whichever way is nearer."""
    width = max(map(len, plain))
    firsts = [bits([row[min(index, len(row) - 1)] for row in plain]) for index in range(width)]
    others = firsts + [bits(list(column)) for column in zip(*variants)]
    least = None
    for one in firsts:
        for two in others:
            found = hamming(one, two)
            least = found if least is None else numpy.minimum(least, found)
    return numpy.minimum(least, least.T)


@dataclasses.dataclass
class Recall:
    threshold: int
    wrong: int
    accepted: int
    different_pairs: int
    by_change: list[float]
    nearest: list[tuple[int, int, int]]

    @property
    def whole(self) -> float:
        counted = [share for share, change in zip(self.by_change, CHANGES) if change.counts]
        return sum(counted) / len(counted)


def measure(matrix: numpy.ndarray) -> Recall:
    """The matrix has a row and a column for every file: all of a picture's after another."""
    size = len(CHANGES) + 1
    count = len(matrix) // size
    picture = numpy.arange(len(matrix)) // size
    different = matrix[numpy.triu(picture[:, None] < picture[None, :])]
    originals = numpy.arange(count) * size
    true = numpy.stack([matrix[originals, originals + 1 + index] for index in range(len(CHANGES))])
    counted = true[[change.counts for change in CHANGES]]
    best = (-1, 0, 0)
    for threshold in range(int(matrix.max()) + 1):
        wrong, right = int((different <= threshold).sum()), int((counted <= threshold).sum())
        if wrong > WRONG_SHARE * (wrong + right):
            break
        best = (threshold, wrong, wrong + right)
    apart = matrix.reshape(count, size, count, size).min(axis=(1, 3))
    numpy.fill_diagonal(apart, 10_000)
    flat = numpy.argsort(apart, axis=None)[:60:2]
    nearest = [(int(apart.flat[place]), int(place // count), int(place % count)) for place in flat]
    shares = [(row <= best[0]).mean().item() for row in true]
    return Recall(*best, len(different), shares, nearest)
