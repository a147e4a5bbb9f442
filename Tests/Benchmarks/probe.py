"""What it costs to find out what a 200 MB video is, through an object store that counts requests and bytes.

Ours asks for signed ranges; the peers are a download followed by ffprobe, and ffprobe over HTTP from the same server.
A second table reads the files to their end, for their sound: the way of the large requests.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import object_server
import stub

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".local/benchmarks/probe"
ROUNDS = 7
READ_ROUNDS = 3
FILE_BYTES = 200_000_000
BYTES_GOAL = 0.01
REQUESTS_GOAL = 4
DOWNLOAD = "download, then ffprobe"
SECONDS = 10
BIT_RATE = "8M"
FORMS = {
    "moov-first.mp4": ["-movflags", "+faststart"],
    "moov-last.mp4": [],
    "clusters.mkv": [],
    "packets.ts": [],
}


def ffmpeg(*arguments: object) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, arguments)], check=True)


def make_media() -> None:
    """A short clip at 8 Mb/s, repeated by stream copy until the file has its size."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    clip = FOLDER / "clip.mp4"
    if not clip.exists():
        picture = f"testsrc2=s=1920x1080:r=25:d={SECONDS},noise=alls=12:allf=t"
        sound = f"anoisesrc=r=48000:a=0.1:d={SECONDS}"
        code = ["-c:v", "libx264", "-preset", "veryfast", "-b:v", BIT_RATE, "-maxrate", BIT_RATE, "-bufsize", "16M"]
        new = FOLDER / "new.mp4"
        form = ["-pix_fmt", "yuv420p", *code, "-c:a", "aac", "-b:a", "128k", "-shortest"]
        ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, *form, new)
        new.rename(clip)
    loops = FILE_BYTES // clip.stat().st_size
    for name, options in FORMS.items():
        file = FOLDER / name
        if not file.exists():
            new = FOLDER / f"new-{name}"
            ffmpeg("-stream_loop", loops, "-i", clip, "-map", 0, "-c", "copy", *options, new)
            new.rename(file)


def measured(server: object_server.ObjectServer, commands: list[list[object]]) -> dict:
    """Bytes, requests, CPU seconds, wall seconds and peak memory of commands that run one after the other."""
    server.reset()
    before, start, peak = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), 0
    for command in commands:
        child = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        output, errors = child.stdout.read(), child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"{command}: {errors.decode()}")
        peak = max(peak, used.ru_maxrss * 1024)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "bytes": server.sent_bytes, "requests": server.requests, "cpu": cpu, "wall": wall, "peak": peak,
        "output": output.decode(), "log": server.log,
    }  # fmt: skip


def ways(server: object_server.ObjectServer, binary: pathlib.Path, name: str, copy: pathlib.Path) -> dict[str, list]:
    url = f"{server.url}/media/{name}"
    words = ["-v", "error", "-of", "json", "-show_format", "-show_streams", "-show_chapters"]
    return {
        "ours": [[binary, "probe", server.url, "media", name]],
        DOWNLOAD: [["curl", "-sf", "-o", copy, url], ["ffprobe", *words, copy]],
        "ffprobe over HTTP": [["ffprobe", *words, url]],
    }


def median(rounds: list[dict], name: str) -> float:
    return statistics.median(each[name] for each in rounds)


def check_same(ours: str, ffprobe: str, name: str) -> None:
    """Speed is worth nothing where the answer is another."""
    facts, probed = json.loads(ours), json.loads(ffprobe)
    pairs = [(stream["codec"], expected["codec_name"]) for stream, expected in zip(facts["streams"], probed["streams"])]
    if any(a != b for a, b in pairs) or len(facts["streams"]) != len(probed["streams"]):
        sys.exit(f"{name}: other streams than ffprobe's: {pairs}")
    milliseconds = float(probed["format"]["duration"]) * 1000
    if abs(facts["durationMilliseconds"] - milliseconds) > 1:
        sys.exit(f"{name}: {facts['durationMilliseconds']} ms; ffprobe has {milliseconds}")


def rounds_of(
    server: object_server.ObjectServer, binary: pathlib.Path, name: str, count: int
) -> dict[str, list[dict]]:
    """One after the other, round by round, so that what else the machine does meets all ways alike."""
    found: dict[str, list[dict]] = {}
    with tempfile.TemporaryDirectory(dir=FOLDER) as scratch:
        copy = pathlib.Path(scratch, name)
        for _ in range(count):
            for way, commands in ways(server, binary, name, copy).items():
                found.setdefault(way, []).append(measured(server, commands))
            copy.unlink()
    return found


def probe(server: object_server.ObjectServer, binary: pathlib.Path, rounds: int, shows_requests: bool) -> bool:
    print(f"{'file':16} {'way':24} {'requests':>8} {'bytes':>12} {'of file':>8} {'CPU ms':>8} {'wall ms':>8}")
    all_held = True
    for name in FORMS:
        size = (FOLDER / name).stat().st_size
        found = rounds_of(server, binary, name, rounds)
        ours = found["ours"]
        check_same(ours[0]["output"], found["ffprobe over HTTP"][0]["output"], name)
        for way, each in found.items():
            print(row(name, way, each, size), flush=True)
        if shows_requests:
            print("\n".join(f"    {line}" for line in ours[0]["log"]))
        for way, each in found.items():
            if way != "ours":
                ratios = [median(each, what) / median(ours, what) for what in ("bytes", "cpu", "wall")]
                print("{:16} {}: {:.1f}x the bytes, {:.1f}x the CPU, {:.1f}x the time".format("", way, *ratios))
        most_bytes, most_requests = max(each["bytes"] for each in ours), max(each["requests"] for each in ours)
        is_held = most_bytes <= BYTES_GOAL * size and most_requests <= REQUESTS_GOAL
        all_held = all_held and is_held
        goal = f"at most {BYTES_GOAL:.0%} of the bytes in at most {REQUESTS_GOAL} requests"
        print(f"{'':16} goal, {goal}: {'held' if is_held else 'MISSED'}", flush=True)
    return all_held


def row(name: str, way: str, each: list[dict], size: int) -> str:
    share = median(each, "bytes") / size
    return (
        f"{name:16} {way:24} {median(each, 'requests'):8.0f} {median(each, 'bytes'):12.0f} {share:8.2%}"
        f" {median(each, 'cpu') * 1000:8.0f} {median(each, 'wall') * 1000:8.0f}"
    )


def read_through(server: object_server.ObjectServer, binary: pathlib.Path, rounds: int) -> None:
    print("\nread to the end for the sound")
    for name in FORMS:
        each = [measured(server, [[binary, "probe", server.url, "media", name, "sound"]]) for _ in range(rounds)]
        peak = median(each, "peak") / 1e6
        print(f"{row(name, 'ours', each, (FOLDER / name).stat().st_size)}  {peak:.0f} MB resident at most", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="Tests/Benchmarks/run probe", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--requests", action="store_true", help="print every request of ours")
    parser.add_argument("--binary", type=pathlib.Path, help="MediaBenchmark, where it is built already")
    arguments = parser.parse_args()
    binary = arguments.binary or stub.build("MediaBenchmark")
    make_media()
    server = object_server.ObjectServer(FOLDER)
    held = probe(server, binary, arguments.rounds, arguments.requests)
    read_through(server, binary, min(arguments.rounds, READ_ROUNDS))
    sys.exit(0 if held else 1)


main()
