"""What the release build weighs: size of every stripped binary, memory of every running process, and Probe's cold start.

`media` must be up, from the release build, for the memory.
"""

import argparse
import http.server
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
RELEASE = ROOT / ".build/release"
WORKERS = ROOT / ".local/stack/workers"
ROUNDS = 21


def stripped_sizes() -> dict[str, int]:
    sizes = {}
    with tempfile.TemporaryDirectory() as folder:
        for binary in sorted(RELEASE.glob("media*")):
            if binary.is_file() and os.access(binary, os.X_OK) and "." not in binary.name:
                copy = pathlib.Path(folder) / binary.name
                shutil.copy(binary, copy)
                subprocess.run(["strip", copy], check=True)
                sizes[binary.name] = copy.stat().st_size
    return sizes


def memory() -> dict[str, tuple[int, int]]:
    """Resident bytes of every running component: now, and at most so far."""
    found = {}
    for file in sorted(WORKERS.glob("*.pid")):
        try:
            status = pathlib.Path(f"/proc/{int(file.read_text())}/status").read_text()
        except (OSError, ValueError):
            continue
        fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        found[file.stem] = tuple(int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
    return found


class FirstReceive(http.server.BaseHTTPRequestHandler):
    """A queue server that notes when it is first asked for messages."""

    asked = threading.Event()
    at = 0.0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.headers["X-Amz-Target"].rsplit(".", 1)[-1]
        if operation == "ReceiveMessage" and not self.asked.is_set():
            FirstReceive.at = time.perf_counter()
            self.asked.set()
        name = json.loads(body).get("QueueName", "")
        answer = json.dumps({"QueueUrl": f"http://127.0.0.1/1/{name}"} if operation == "GetQueueUrl" else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            pass  # the worker was killed when it had asked

    def log_message(self, *_: object) -> None:
        pass


def cold_starts(models: pathlib.Path) -> list[float]:
    """Milliseconds from exec to the first ReceiveMessage, one per round."""
    times = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FirstReceive)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "MEDIA_BUCKET": "media",
        "MEDIA_MODELS": str(models),
    }
    for _ in range(ROUNDS):
        FirstReceive.asked.clear()
        start = time.perf_counter()
        worker = subprocess.Popen([RELEASE / "media-probe"], env=settings, stderr=subprocess.DEVNULL)
        if FirstReceive.asked.wait(10):
            times.append((FirstReceive.at - start) * 1000)
        worker.kill()
        worker.wait()
    return times


def main() -> None:
    argparse.ArgumentParser(prog="Tests/Benchmarks/run footprint", description=__doc__).parse_args()
    print(f"{'binary':22} {'stripped MB':>12}")
    for name, size in stripped_sizes().items():
        print(f"{name:22} {size / 1e6:12.1f}")
    print(f"\n{'process':22} {'now MB':>12} {'most MB':>12}")
    for name, (now, most) in memory().items():
        print(f"{name:22} {now / 1e6:12.1f} {most / 1e6:12.1f}")
    with tempfile.TemporaryDirectory() as folder:
        models = pathlib.Path(folder) / "models.json"
        models.write_text('{"models": {}, "routes": {}}')
        times = cold_starts(models)
    print(f"\nProbe's cold start, exec to first ReceiveMessage: median {statistics.median(times):.0f} ms,", end=" ")
    print(f"{min(times):.0f} to {max(times):.0f} ms in {len(times)} rounds")


main()
