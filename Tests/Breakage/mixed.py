"""Small files of every kind, each with bytes that no other round and no other file has."""

import pathlib

from pipeline import ROOT  # noqa: F401 - sets the path to samples

from samples import Shot, narrate, picture, video

SENTENCES = [
    "A cold wind blows from the north in winter.",
    "The doctor visits the island every second week.",
    "Many visitors drink coffee and read the newspaper.",
    "Music is played in the park during the summer.",
    "The river is very deep and very dangerous.",
    "The museum is closed on Monday.",
]
SOURCES = ["smptebars", "testsrc", "rgbtestsrc", "color=color=navy"]


def make(kind: str, number: int, stamp: str, folder: pathlib.Path) -> pathlib.Path:
    """Writes one file: image, audio, video, html or txt."""
    file = folder / f"{stamp}-{number}.{ {'image': 'png', 'audio': 'wav', 'video': 'mp4'}.get(kind, kind) }"
    spoken = [SENTENCES[number % len(SENTENCES)]]
    lead = 600 + int(stamp, 36) % 97 + number * 7
    match kind:
        case "image":
            picture([f"NOTICE {number}", f"Round {stamp}"], file)
        case "audio":
            narrate(spoken, lead, 1_000, file)
        case "video":
            track = folder / f"{file.stem}.track.wav"
            narrate(spoken, lead, 1_000, track)
            shots = [Shot(SOURCES[number % len(SOURCES)], 3_000, f"SCENE {number}"), Shot("testsrc2", 3_000)]
            video(shots, track, file)
            track.unlink()
        case "html":
            file.write_text(f"<!DOCTYPE html><title>Page {number}</title><p>Page {number} of round {stamp}.</p>\n")
        case "txt":
            file.write_text(f"Note {number} of round {stamp}.\n\n{spoken[0]}\n")
    return file


def make_all(count: int, stamp: str, folder: pathlib.Path) -> list[pathlib.Path]:
    """Writes files of all kinds in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = ["image", "audio", "html", "video", "txt"]
    return [make(kinds[number % len(kinds)], number, stamp, folder) for number in range(count)]
