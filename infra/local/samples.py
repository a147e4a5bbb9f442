"""Small media files with known content: flite speaks, ffmpeg draws and encodes."""

import array
import pathlib
import subprocess
import sys
import tempfile
import wave
from dataclasses import dataclass

SAMPLE_RATE = 16_000
SIZE = "640x360"
FRAME_RATE = 24
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"
AUDIBLE = 300
"""A sample louder than this (of 32767) belongs to the spoken sentence."""


@dataclass(frozen=True)
class Shot:
    """One shot: an ffmpeg source without its size, rate and duration; and the title drawn over all of it."""

    source: str
    milliseconds: int
    title: str = ""


@dataclass(frozen=True)
class Timed:
    """A text and when it is to be heard or seen."""

    text: str
    start_milliseconds: int
    end_milliseconds: int


def ffmpeg(*arguments: str) -> None:
    """Runs ffmpeg; the same arguments give the same bytes."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"ffmpeg: {done.stderr.strip()}\n  {' '.join(command)}")


def speak(text: str) -> array.array:
    """The samples of a spoken sentence, without the silence around it."""
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/speech.wav"
        subprocess.run(["flite", "-voice", "kal16", "-t", text, "-o", file], check=True, stdout=subprocess.DEVNULL)
        with wave.open(file) as recording:
            assert recording.getframerate() == SAMPLE_RATE and recording.getnchannels() == 1
            samples = array.array("h", recording.readframes(recording.getnframes()))
    heard = [index for index, sample in enumerate(samples) if abs(sample) > AUDIBLE]
    return samples[heard[0] : heard[-1] + 1]


def narrate(sentences: list[str], first_milliseconds: int, every_milliseconds: int, path: pathlib.Path) -> list[Timed]:
    """Writes a WAV file in which a sentence starts every so often; says when each is heard."""
    times = []
    track = array.array("h")
    for index, sentence in enumerate(sentences):
        start = first_milliseconds + index * every_milliseconds
        track.extend([0] * (start * SAMPLE_RATE // 1000 - len(track)))
        track.extend(speak(sentence))
        times.append(Timed(sentence, start, len(track) * 1000 // SAMPLE_RATE))
    track.extend([0] * SAMPLE_RATE)
    with wave.open(str(path), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(SAMPLE_RATE)
        recording.writeframes(track.tobytes())
    return times


def drawn(text: str, size: int, colour: str, place: str) -> str:
    """The ffmpeg filter that draws a text of letters, digits and spaces."""
    return f"drawtext=fontfile={FONT}:text='{text}':fontsize={size}:fontcolor={colour}:{place}"


def picture(lines: list[str], path: pathlib.Path, size: int = 48, background: str = "white") -> None:
    """Draws lines of black text."""
    filters = [drawn(line, size, "black", f"x=40:y={40 + index * size * 2}") for index, line in enumerate(lines)]
    canvas = f"color={background}:size=800x{80 + len(lines) * size * 2}"
    ffmpeg("-f", "lavfi", "-i", canvas, "-vf", ",".join(filters), "-frames:v", "1", "-bitexact", str(path))


def video(shots: list[Shot], sound: pathlib.Path, path: pathlib.Path) -> list[Timed]:
    """Joins shots by hard cuts over a sound; says when each title is seen."""
    chains, titles, start = [], [], 0
    for index, shot in enumerate(shots):
        joint = ":" if "=" in shot.source else "="
        chain = f"{shot.source}{joint}size={SIZE}:rate={FRAME_RATE},trim=duration={shot.milliseconds / 1000}"
        if shot.title:
            place = "x=(w-text_w)/2:y=(h-text_h)/2:box=1:boxcolor=white:boxborderw=24"
            chain += "," + drawn(shot.title, 52, "black", place)
            titles.append(Timed(shot.title, start, start + shot.milliseconds))
        chains.append(f"{chain},setsar=1,format=yuv420p[shot{index}]")
        start += shot.milliseconds
    joined = "".join(f"[shot{index}]" for index in range(len(shots)))
    graph = ";".join(chains) + f";{joined}concat=n={len(shots)}[picture];[0:a]apad=whole_dur={start / 1000}[sound]"
    # One thread: the encoder's output depends on how many there are.
    ffmpeg(
        *("-i", str(sound), "-filter_complex", graph, "-map", "[picture]", "-map", "[sound]"),
        *("-c:v", video_codec(), "-threads", "1", "-c:a", "aac", "-t", str(start / 1000)),
        *("-movflags", "+faststart", "-bitexact", "-map_metadata", "-1", str(path)),
    )
    return titles


def video_codec() -> str:
    """H.264 where this ffmpeg can encode it, MPEG-4 elsewhere."""
    known = subprocess.run(["ffmpeg", "-v", "quiet", "-encoders"], capture_output=True, text=True).stdout
    return "libx264" if " libx264 " in known else "mpeg4"
