"""How well and how cheaply shots are found, against PySceneDetect and ffmpeg's scdet, and what memory Scenes takes.

The clips are synthetic joins: real footage, pictures with a camera moved over them and generated patterns, joined by
ffmpeg at places that a seeded generator draws (shots_media.py). The set that is measured shares none of its pictures or
takes with the one that the detector was tuned on; street, tree and patterns are in both. A boundary hits a cut within
one frame, and a gradual transition from a frame before its first to a frame after its last; a second one in the same
black gap counts as nothing. All detectors run with their defaults, and get the same rule.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

import shots_media
import stub

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
STORE = ROOT / ".local" / "benchmarks" / "shots"
BINARY = ROOT / ".build" / "release" / "MediaBenchmark"
RATE = shots_media.RATE
F1_POINTS, GRADUAL_RATIO = 5.0, 1.3
FLOOR_RATIO, PEER_RATIO, FAST_RATIO, FAST_POINTS = 1.25, 3.0, 5.0, 1.0
MEMORY_BYTES = 400 * 10**6
LONG_SECONDS = 7200
SCENE = re.compile(r"lavfi\.scd\.time: ([0-9.]+)")


def measure(command: list[object]) -> tuple[str, float]:
    """Standard output and error of a command, and the CPU seconds that it took."""
    with tempfile.TemporaryFile("w+") as output:
        words = [str(word) for word in command]
        child = subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT, text=True)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if child.returncode != 0:
        raise SystemExit(f"{' '.join(words)}: {text}")
    return text, usage.ru_utime + usage.ru_stime


def python() -> pathlib.Path:
    venv = STORE.parent / "shots-venv"
    binary = venv / "bin" / "python"
    listed = HERE / "shots-requirements.txt"
    mark = venv / "installed.txt"
    if not mark.exists() or mark.read_text() != listed.read_text():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([binary, "-m", "pip", "install", "--quiet", "-r", listed], check=True)
        mark.write_text(listed.read_text())
    return binary


class Detector:
    """One way to find boundaries: a command for a clip, and how its output is read."""

    def __init__(self, name: str, command, read) -> None:
        self.name, self.command, self.read = name, command, read

    def run(self, clip: pathlib.Path) -> tuple[list[int], float]:
        text, seconds = measure(self.command(clip))
        return self.read(text), seconds


def detectors(peer: pathlib.Path) -> list[Detector]:
    def ours(mode: str) -> Detector:
        def read(text: str) -> list[int]:
            return [round(found["milliseconds"] * RATE / 1000) for found in json.loads(text)["boundaries"]]

        return Detector(f"ours, {mode}", lambda clip: [BINARY, "shots", mode, clip], read)

    def scenedetect(name: str) -> Detector:
        command = [peer, HERE / "shots_peer.py", name]
        return Detector(f"PySceneDetect {name}", lambda clip: [*command, clip], lambda text: json.loads(text))

    def read(text: str) -> list[int]:
        return [round(float(time) * RATE) for time in SCENE.findall(text)]

    scdet = ["ffmpeg", "-nostdin", "-hide_banner", "-nostats", "-threads", 2, "-i"]
    return [
        ours("full"),
        ours("fast"),
        scenedetect("adaptive"),
        scenedetect("content"),
        Detector("ffmpeg scdet", lambda clip: [*scdet, clip, "-vf", "scdet", "-f", "null", "-"], read),
        Detector("decode only, our decoder", lambda clip: [BINARY, "shots", "decode", clip], lambda text: []),
        Detector("decode only, ffmpeg -f null", lambda clip: [*scdet, clip, "-f", "null", "-"], lambda text: []),
    ]


class Score:
    """Hits, misses and false alarms over clips, for all transitions or for those of some kinds."""

    def __init__(self) -> None:
        self.hits: dict[str, int] = {}
        self.totals: dict[str, int] = {}
        self.false = 0

    def add(self, truth: list[dict], found: list[int], strict: bool = False) -> None:
        used: set[int] = set()
        for transition in sorted(truth, key=lambda one: one["end"] - one["start"]):
            kind = transition["kind"]
            self.totals[kind] = self.totals.get(kind, 0) + 1
            middle = (transition["start"] + transition["end"]) / 2
            low, high = (middle, middle) if strict else (transition["start"], transition["end"])
            near = [i for i, frame in enumerate(found) if low - 1 <= frame <= high + 1 and i not in used]
            if near:
                used.add(min(near, key=lambda i: abs(found[i] - middle)))
                self.hits[kind] = self.hits.get(kind, 0) + 1
        gaps = [one for one in truth if one["kind"] == "gap"]
        for index, frame in enumerate(found):
            in_gap = any(gap["start"] - 1 <= frame <= gap["end"] + 1 for gap in gaps)
            self.false += index not in used and not in_gap

    def f1(self) -> float:
        hits, total = sum(self.hits.values()), sum(self.totals.values())
        return 200 * hits / (hits + self.false + total)

    def gradual_f1(self) -> float:
        """False alarms are shared out by what a detector has found: none says of which kind it is."""
        kinds = [kind for kind in self.totals if kind != "cut"]
        hits, total = sum(self.hits.get(kind, 0) for kind in kinds), sum(self.totals[kind] for kind in kinds)
        found = sum(self.hits.values())
        false = self.false * hits / found if found else 0
        return 200 * hits / (hits + false + total) if total else 0

    def recall(self, kind: str) -> str:
        return f"{self.hits.get(kind, 0)}/{self.totals.get(kind, 0)}"


def accuracy(found: list[Detector], clips: list[pathlib.Path]) -> dict[str, tuple[Score, Score]]:
    scores = {}
    for detector in found:
        loose, strict = Score(), Score()
        for clip in clips:
            truth = json.loads(clip.with_suffix(".json").read_text())
            boundaries, _ = detector.run(clip)
            loose.add(truth, boundaries)
            strict.add(truth, boundaries, strict=True)
        scores[detector.name] = (loose, strict)
    return scores


def costs(found: list[Detector], clips: list[pathlib.Path], rounds: int) -> dict[str, float]:
    """Median CPU seconds over rounds in which the detectors take turns."""
    seconds: dict[str, list[float]] = {detector.name: [] for detector in found}
    for _ in range(rounds):
        for detector in found:
            seconds[detector.name].append(sum(detector.run(clip)[1] for clip in clips))
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def memory() -> bool:
    """Two hours of 1080p through what Scenes does; the file is a short one, copied on and on."""
    STORE.mkdir(parents=True, exist_ok=True)
    short, long = STORE / "short.mp4", STORE / "long.mp4"
    if not long.exists():
        parts = [f"color={color}:size=1920x1080:rate=24:duration=10[{color}]" for color in ("navy", "olive", "teal")]
        drawn = "[navy][olive][teal]concat=n=3,drawgrid=w=240:h=180:t=4:color=white@0.6,drawbox=x=200:y=200:w=400:h=300"
        graph = ";".join(parts) + ";" + drawn + ":color=orange:t=fill"
        source = ["-filter_complex", graph, "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"]
        shots_media.ffmpeg([*source, short])
        count = LONG_SECONDS // 30 - 1
        shots_media.ffmpeg(["-stream_loop", count, "-i", short, "-c", "copy", STORE / "long.part.mp4"])
        (STORE / "long.part.mp4").rename(long)
    with tempfile.TemporaryDirectory(dir=STORE) as folder:
        text, seconds = measure([BINARY, "scenes", long, folder])
    points = [json.loads(line) for line in text.splitlines()]
    print(f"\nScenes over {points[-1]['seconds'] / 3600:.1f} h of 1920x1080, {seconds:.0f} CPU s")
    for point in points:
        print(f"  {point['seconds']:5} s  {point['rss'] / 10**6:6.0f} MB  {point['shots']:5} shots")
    sizes = [point["rss"] for point in points[1:]]
    growth = max(sizes) / sizes[0]
    met = max(sizes) <= MEMORY_BYTES and growth <= 1.2
    print(f"goal: at most {MEMORY_BYTES // 10**6} MB and flat: {verdict(met)} ({growth:.2f}x from first to most)")
    return met


def verdict(met: bool) -> str:
    return "met" if met else "NOT met"


def report(scores: dict, seconds: dict[str, float]) -> bool:
    names = ["cut", "dissolve", "fade", "wipe", "gap"]
    columns = "".join(f"{name:>10}" for name in names)
    print(f"{'':28}{'F1':>7}{'gradual':>9}{'centre':>8}{columns}{'false':>7}{'CPU s':>8}")
    for name, taken in seconds.items():
        loose, strict = scores.get(name, (None, None))
        row = f"{name:28}" + " " * 81
        if loose:
            recalls = "".join(f"{loose.recall(kind):>10}" for kind in names)
            row = f"{name:28}{loose.f1():7.1f}{loose.gradual_f1():9.1f}{strict.f1():8.1f}{recalls}{loose.false:7}"
        print(f"{row}{taken:8.2f}")
    full, fast = scores["ours, full"][0], scores["ours, fast"][0]
    peers = [pair[0] for name, pair in scores.items() if not name.startswith("ours")]
    best, gradual = max(peer.f1() for peer in peers), max(peer.gradual_f1() for peer in peers)
    python_seconds = min(taken for name, taken in seconds.items() if name.startswith("PySceneDetect"))
    ours, quick, floor = (seconds[name] for name in ("ours, full", "ours, fast", "decode only, our decoder"))
    goals = [
        ("F1 over the best peer, points", full.f1() - best, F1_POINTS, True),
        ("gradual F1, times the best peer's", full.gradual_f1() / max(gradual, 0.1), GRADUAL_RATIO, True),
        ("CPU, times decoding alone", ours / floor, FLOOR_RATIO, False),
        ("PySceneDetect's CPU, times ours", python_seconds / ours, PEER_RATIO, True),
        ("PySceneDetect's CPU, times our fast mode's", python_seconds / quick, FAST_RATIO, True),
        ("F1 that the fast mode loses, points", full.f1() - fast.f1(), FAST_POINTS, False),
    ]
    print()
    met = True
    for name, value, goal, at_least in goals:
        reached = value >= goal if at_least else value <= goal
        met = met and reached
        print(f"{name:52}{value:7.2f}   goal {'>=' if at_least else '<='} {goal:<5} {verdict(reached)}")
    print(f"{'our full mode, times the CPU of our fast mode':52}{ours / quick:7.2f}")
    return met


def main() -> None:
    parser = argparse.ArgumentParser(prog="Tests/Benchmarks/run shots", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds of the CPU measurement (default: 7)")
    parser.add_argument("--clips", type=int, default=2, help="clips in a round of it (default: 2)")
    parser.add_argument("--set", choices=list(shots_media.SETS), default="test", help="which clips (default: test)")
    parser.add_argument("--without-memory", action="store_true", help="leave out the two-hour file")
    options = parser.parse_args()
    stub.build("MediaBenchmark")
    clips = shots_media.make(STORE, options.set)
    found = detectors(python())
    transitions = sum(len(json.loads(clip.with_suffix(".json").read_text())) for clip in clips)
    print(f"{transitions} transitions in {len(clips)} clips, synthetic joins; CPU: median of {options.rounds} rounds")
    scores = accuracy(found[:5], clips)
    # The first and the last: the smallest and the largest pictures.
    timed = clips[: options.clips - 1] + clips[-1:]
    met = report(scores, costs(found, timed, options.rounds))
    if not options.without_memory:
        met = memory() and met
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
