"""Perceptual hashes of pictures against ImageHash's pHash and pdqhash: pictures per CPU-second, and recall.

Builds the release product `MediaBenchmark` (or takes the one that MEDIA_BENCHMARK names), makes a virtual environment
and unpacks Debian's wallpapers under .local/benchmarks/, and prints two tables with their goals.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import stub

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FOLDER = ROOT / ".local/benchmarks/hash"
ENVIRONMENT = ROOT / ".local/benchmarks/hash-venv"
METHODS = ["ours", "phash", "pdqhash"]
GOALS = {"phash": 10, "pdqhash": 3}
RECALL_GOAL = 1.1
# PNG and WebP take the peers and us long; so many of them tell enough.
OTHER_COUNT = 12
SINGLE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


def enter_environment() -> None:
    """Makes the virtual environment, once, and starts this script again in it."""
    python = ENVIRONMENT / "bin/python"
    if pathlib.Path(sys.prefix) == ENVIRONMENT:
        return
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    requirements = HERE / "hash-requirements.txt"
    subprocess.run([python, "-m", "pip", "-q", "install", "-r", requirements], check=True)
    os.execv(python, [python, *sys.argv])


def build() -> pathlib.Path:
    if named := os.environ.get("MEDIA_BENCHMARK"):
        return pathlib.Path(named)
    return stub.build("MediaBenchmark")


def command(method: str, ours: pathlib.Path, listing: pathlib.Path) -> list:
    return [ours, "hash", listing] if method == "ours" else [sys.executable, HERE / "hash_peer.py", method, listing]


def run(arguments: list) -> tuple[float, str]:
    """CPU seconds of a process from its start to its end, user and system, and what it printed."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(arguments, stdout=output, env={**os.environ, **SINGLE_THREAD})
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"{arguments[0]} ended with {process.returncode}")
        output.seek(0)
        return usage.ru_utime + usage.ru_stime, output.read().decode()


def kinds(paths: list[pathlib.Path]) -> dict[str, list[pathlib.Path]]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    found = {"JPEG, baseline": [], "JPEG, progressive": [], "JPEG, small": [], "PNG": [], "WebP": []}
    for path in paths:
        with Image.open(path) as image:
            if image.format != "JPEG":
                found[{"PNG": "PNG", "WEBP": "WebP"}[image.format]].append(path)
            elif min(image.size) < 512:
                found["JPEG, small"].append(path)
            else:
                found["JPEG, progressive" if image.info.get("progressive") else "JPEG, baseline"].append(path)
    for name in ("PNG", "WebP"):
        found[name] = found[name][:: max(len(found[name]) // OTHER_COUNT, 1)][:OTHER_COUNT]
    return found


def write_list(paths: list[pathlib.Path], name: str) -> pathlib.Path:
    FOLDER.mkdir(parents=True, exist_ok=True)
    listing = FOLDER / name
    listing.write_text("\n".join(map(str, paths)) + "\n")
    return listing


def megapixels(paths: list[pathlib.Path]) -> float:
    from PIL import Image

    sizes = [Image.open(path).size for path in paths]
    return sum(width * height for width, height in sizes) / 1e6


def speed(ours: pathlib.Path, paths: list[pathlib.Path], rounds: int) -> bool:
    sets = kinds(paths)
    lists = {name: write_list(chosen, f"speed-{index}.txt") for index, (name, chosen) in enumerate(sets.items())}
    empty = write_list([], "speed-none.txt")
    empty.write_text("")
    seconds = {(kind, method): [] for kind in [*lists, "start"] for method in METHODS}
    for _ in range(rounds):
        for kind, listing in [*lists.items(), ("start", empty)]:
            for method in METHODS:
                seconds[kind, method].append(run(command(method, ours, listing))[0])
    median = {key: statistics.median(values) for key, values in seconds.items()}
    print(f"\nPictures per CPU-second, file to hash, each process's start included; medians of {rounds} rounds")
    print(f"{'':22}{'pictures':>9}{'megapixels':>11}" + "".join(f"{method:>10}" for method in METHODS), end="")
    print("".join(f"{'over ' + method:>15}" for method in GOALS))
    jpeg = [name for name in lists if name.startswith("JPEG")]
    rows = {name: [name] for name in lists} | {"JPEG, all": jpeg, "all": list(lists)}
    for name, parts in rows.items():
        chosen = [path for part in parts for path in sets[part]]
        total = {method: sum(median[part, method] for part in parts) for method in METHODS}
        print(f"{name:22}{len(chosen):9}{megapixels(chosen):11.0f}", end="")
        print("".join(f"{len(chosen) / total[method]:10.1f}" for method in METHODS), end="")
        print("".join(f"{total[peer] / total['ours']:14.1f}x" for peer in GOALS))
    print("CPU seconds of a process without a picture: ", end="")
    print(", ".join(f"{method} {median['start', method]:.3f}" for method in METHODS))
    met = True
    for peer, goal in GOALS.items():
        ratio = sum(median[part, peer] for part in jpeg) / sum(median[part, "ours"] for part in jpeg)
        met = met and ratio >= goal
        print(f"JPEG against {peer}: {ratio:.1f}x, goal {goal}x: {'met' if ratio >= goal else 'MISSED'}")
    return met


def recall(ours: pathlib.Path, paths: list[pathlib.Path], nearest: bool) -> bool:
    import hash_recall
    import numpy

    made = hash_recall.make(paths, FOLDER / "recall")
    listing = write_list([path for row in made for path in row], "recall.txt")
    lines = {method: run(command(method, ours, listing))[1].splitlines() for method in METHODS}
    fields = [line.split(" ") for line in lines["ours"]]
    plain, variants = [row[1].split(",") for row in fields], [row[2].split(",") for row in fields]
    matrices = {"ours": hash_recall.distances(plain, variants)}
    for peer in GOALS:
        rows = hash_recall.bits([line.split(" ")[0] for line in lines[peer]])
        matrices[peer] = hash_recall.hamming(rows, rows)
    results = {method: hash_recall.measure(matrix) for method, matrix in matrices.items()}
    whole = hash_recall.hamming(hash_recall.bits([row[0] for row in plain]), hash_recall.bits([row[0] for row in plain]))
    results["whole alone"] = hash_recall.measure(whole)
    print(f"\nRecall at 99.99 % precision; {len(paths)} pictures of {hash_recall.LONG_SIDE} pixels, each against its changes")
    print(f"{'':26}" + "".join(f"{method:>13}" for method in results))
    for index, change in enumerate(hash_recall.CHANGES):
        shares = "".join(f"{100 * result.by_change[index]:12.1f}%" for result in results.values())
        print(f"{change.name:26}{shares}{'' if change.counts else '  (not counted)'}")
    print(f"{'all that count':26}" + "".join(f"{100 * result.whole:12.1f}%" for result in results.values()))
    print(f"{'threshold, bits':26}" + "".join(f"{result.threshold:13}" for result in results.values()))
    pairs = results["ours"].different_pairs
    print(f"Different pictures: {pairs:,} pairs, wrongly accepted:", end=" ")
    print(", ".join(f"{method} {result.wrong} of {result.accepted}" for method, result in results.items()))
    count = sum(map(len, plain)) / len(plain)
    print(f"Ours has {count:.2f} plain hashes a picture and {len(variants[0])} variants; 'whole alone' is the first of them.")
    originals = [index for index in range(0, len(fields), len(hash_recall.CHANGES) + 1)]
    theirs = hash_recall.bits([lines["pdqhash"][index].split(" ")[0] for index in originals])
    gaps = numpy.diagonal(hash_recall.hamming(hash_recall.bits([plain[index][0] for index in originals]), theirs))
    print(f"Distance of our hash from pdqhash's of the same file: median {numpy.median(gaps):.0f}, most {gaps.max()} of 256")
    for method in METHODS if nearest else []:
        for distance, one, two in results[method].nearest:
            print("nearest", method, distance, paths[one].name, paths[two].name)
    ratio = results["ours"].whole / max(results["phash"].whole, 1e-9)
    met = ratio >= RECALL_GOAL
    print(f"Recall against phash: {ratio:.2f}x, goal {RECALL_GOAL}x: {'met' if met else 'MISSED'}")
    return met


def main() -> None:
    parser = argparse.ArgumentParser(prog="Tests/Benchmarks/run hash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds of the speed's part (default 7)")
    parser.add_argument("--nearest", action="store_true", help="name the different pictures nearest to each other")
    parser.add_argument("--only", choices=["speed", "recall"], help="one part alone")
    options = parser.parse_args()
    enter_environment()
    import hash_pictures
    import numpy

    ours = build()
    site_packages = pathlib.Path(numpy.__file__).parents[1]
    paths = hash_pictures.find(FOLDER, site_packages)
    met = [recall(ours, paths, options.nearest)] if options.only != "speed" else []
    met += [speed(ours, paths, options.rounds)] if options.only != "recall" else []
    raise SystemExit(0 if all(met) else 1)


if __name__ == "__main__":
    main()
