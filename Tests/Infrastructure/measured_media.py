"""Media of the sizes that people upload, each file with bytes that no other has."""

import pathlib
import random
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "infra/local"))
from samples import drawn, ffmpeg, narrate

SENTENCES = [
    "A cold wind blows from the north in winter.",
    "The bridge opened twice a day for large vessels.",
    "The doctor visits the island every second week.",
    "Many visitors drink coffee and read the newspaper.",
    "Heavy rain is expected on Thursday afternoon.",
    "Music is played in the park during the summer.",
    "Two hundred people work in this building.",
    "The company wants to hire more workers next year.",
    "The children play football after school.",
    "The river is very deep and very dangerous.",
    "The museum is closed on Monday.",
    "We study the history of the city in school.",
    "The teacher sent a letter to the president.",
    "The price of gold has doubled since January.",
    "The judge will speak to the witness on Friday.",
    "The government raised the tax on cigarettes.",
    "The police officer stopped the traffic.",
    "The restaurant serves fresh fish and warm bread.",
]
SENTENCE_MILLISECONDS = 3_800
SHOT_SECONDS = 5
FRAME_RATE = 30
PAGE_WORDS = 350
PICTURES_WITH_TEXT = 4  # one of so many


def speech(seconds: int, seed: int, path: pathlib.Path) -> None:
    """Somebody speaks nearly all the time."""
    chosen = random.Random(seed)
    count = seconds * 1000 // SENTENCE_MILLISECONDS
    narrate([chosen.choice(SENTENCES) for _ in range(count)], 300, SENTENCE_MILLISECONDS, path)


def picture(seed: int, path: pathlib.Path) -> None:
    """12 megapixels with a camera's noise; one of four has a sign with text."""
    chosen = random.Random(seed)
    colours = ":".join(f"c{index}=0x{chosen.randrange(1 << 24):06x}" for index in range(4))
    filters = ["noise=alls=30:allf=u"]
    if seed % PICTURES_WITH_TEXT == 0:
        sign = f"{chosen.choice(['HARBOUR', 'STATION', 'MUSEUM', 'GARDEN'])} {chosen.randrange(100, 1000)}"
        filters.append(drawn(sign, 260, "black", "x=300:y=1300:box=1:boxcolor=white:boxborderw=90"))
    source = f"gradients=size=4000x3000:nb_colors=4:{colours}:seed={chosen.randrange(1 << 30)}"
    ffmpeg("-f", "lavfi", "-i", source, "-vf", ",".join(filters), "-frames:v", "1", "-q:v", "3", str(path))


def video(seconds: int, seed: int, path: pathlib.Path) -> None:
    """720p, H.264, 30 frames a second, a shot every five seconds, every fourth with a title; somebody speaks."""
    chosen = random.Random(seed)
    track = path.with_suffix(".wav")
    speech(seconds, seed, track)
    chains = []
    for index in range(seconds // SHOT_SECONDS):
        colours = ":".join(f"c{part}=0x{chosen.randrange(1 << 24):06x}" for part in range(3))
        move = f"speed={chosen.uniform(0.005, 0.03):.4f}:seed={chosen.randrange(1 << 30)}"
        source = chosen.choice(
            [
                f"gradients=size=1280x720:rate={FRAME_RATE}:nb_colors=3:{colours}:{move}",
                f"testsrc2=size=1280x720:rate={FRAME_RATE},hue=h={chosen.randrange(360)}",
            ]
        )
        chain = f"{source},trim=duration={SHOT_SECONDS},noise=alls=10:allf=t+u"
        if index % 4 == 0:
            place = "x=(w-text_w)/2:y=(h-text_h)/2:box=1:boxcolor=white:boxborderw=40"
            chain += "," + drawn(f"CHAPTER {chosen.randrange(100, 1000)}", 80, "black", place)
        chains.append(f"{chain},setsar=1,format=yuv420p[shot{index}]")
    joined = "".join(f"[shot{index}]" for index in range(len(chains)))
    graph = ";".join(chains) + f";{joined}concat=n={len(chains)}[picture];[0:a]apad=whole_dur={seconds}[sound]"
    ffmpeg(
        *("-i", str(track), "-filter_complex", graph, "-map", "[picture]", "-map", "[sound]"),
        *("-c:v", "libx264", "-preset", "veryfast", "-b:v", "3M", "-maxrate", "4M", "-bufsize", "6M"),
        *("-c:a", "aac", "-b:a", "128k", "-t", str(seconds), "-movflags", "+faststart", str(path)),
    )
    track.unlink()


def sound(seconds: int, seed: int, path: pathlib.Path) -> None:
    """Speech, stereo, 44.1 kHz, AAC."""
    track = path.with_suffix(".wav")
    speech(seconds, seed, track)
    ffmpeg("-i", str(track), "-ac", "2", "-ar", "44100", "-c:a", "aac", "-b:a", "128k", str(path))
    track.unlink()


def document(pages: int, seed: int, path: pathlib.Path) -> None:
    """A PDF of text, written by hand: one font, a line of words after the other."""
    chosen = random.Random(seed)
    words = sorted({word.strip(".").lower() for sentence in SENTENCES for word in sentence.split()})
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for page in range(pages):
        text = [chosen.choice(words) for _ in range(PAGE_WORDS)]
        lines = [" ".join(text[start : start + 12]) for start in range(0, PAGE_WORDS, 12)]
        # A paragraph of six lines, then a gap.
        shown = [f"({line}) Tj T*" + (" T*" if index % 6 == 5 else "") for index, line in enumerate(lines)]
        stream = f"BT /F1 11 Tf 14 TL 60 780 Td (Page {page + 1} of report {seed}) Tj T* T* {' '.join(shown)} ET"
        kids.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects) + 2} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream".encode())
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    objects[1] = f"<< /Type /Pages /Count {pages} /Kids [{listed}] >>".encode()
    body, places = b"%PDF-1.4\n", []
    for index, item in enumerate(objects):
        places.append(len(body))
        body += f"{index + 1} 0 obj\n".encode() + item + b"\nendobj\n"
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(
        f"{place:010} 00000 n \n" for place in places
    )
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    path.write_bytes(body + table.encode() + end.encode())


MAKERS = {
    "picture": lambda seed, folder: picture(seed, folder / f"picture-{seed}.jpg"),
    "video": lambda seed, folder: video(60, seed, folder / f"video-{seed}.mp4"),
    "sound": lambda seed, folder: sound(180, seed, folder / f"sound-{seed}.m4a"),
    "document": lambda seed, folder: document(10, seed, folder / f"document-{seed}.pdf"),
}
MINUTES = {"picture": 0, "video": 1, "sound": 3, "document": 0}


def make(kind: str, count: int, first: int, folder: pathlib.Path) -> list[pathlib.Path]:
    """Files of one kind; a seed gives the same bytes where ffmpeg is the same."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(first, first + count):
        MAKERS[kind](seed, folder)
    return sorted(folder.iterdir())
