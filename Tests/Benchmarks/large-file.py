"""How much memory Ingest and Probe take for one large file: puts it in, and looks at both processes when it is probed.

`media` must be up, freshly started, so that the peaks are this file's.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKERS = ROOT / ".local/stack/workers"
SIZE = "1280x720"
FRAME_BYTES = 1280 * 720 * 3 // 2
WAIT_SECONDS = 600


def peak(name: str) -> float:
    """Megabytes that a worker had resident at most."""
    process = int((WORKERS / f"{name}.pid").read_text())
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise SystemExit(f"{name} is not running")


def runs(name: str) -> dict[str, str]:
    """The states of an asset's runs, by stage."""
    assets = json.loads(subprocess.run(["media", "status", "--json"], capture_output=True, check=True).stdout)["assets"]
    return {run["stage"]: run["state"] for asset in assets if asset["name"].endswith(name) for run in asset["runs"]}


def main() -> None:
    parser = argparse.ArgumentParser(prog="Tests/Benchmarks/run large-file", description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=2.0)
    frames = int(parser.parse_args().gigabytes * 1e9 / FRAME_BYTES) + 1
    before = {name: peak(name) for name in ("ingest", "probe")}
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / f"large-{int(time.time())}.avi"
        source = ["-f", "lavfi", "-i", f"testsrc2=s={SIZE}:r=25"]
        form = ["-frames:v", str(frames), "-c:v", "rawvideo", "-pix_fmt", "yuv420p"]
        subprocess.run(["ffmpeg", "-v", "error", *source, *form, file], check=True)
        print(f"{file.stat().st_size} bytes", flush=True)
        start = time.monotonic()
        subprocess.run(["media", "put", file], check=True, stdout=subprocess.DEVNULL)
        print(f"uploaded after {time.monotonic() - start:.1f} s", flush=True)
        while runs(file.name).get("probe") != "done":
            if time.monotonic() - start > WAIT_SECONDS:
                raise SystemExit(f"not probed after {WAIT_SECONDS} s: {runs(file.name)}")
            time.sleep(0.5)
        print(f"probed after {time.monotonic() - start:.1f} s", flush=True)
    for name, idle in before.items():
        print(f"{name}: at most {peak(name):.1f} MB resident; {idle:.1f} MB before")


main()
