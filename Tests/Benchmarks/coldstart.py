"""From exec to the first signed ReceiveMessage on the wire: Match's worker against a worker of boto3's, and what each
keeps in memory while it waits.

`floor` is a shell that sends such a request, unsigned work and all else left out. Ends with an error where our time is
more than a tenth of boto3's.
"""

import argparse
import contextlib
import http.server
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "Tests/Breakage"))
import one_stage

ROUNDS = 21
GOAL = 0.1
WAIT_SECONDS = 30
IDLE_SECONDS = 10
PEER = "boto3==1.43.11"
VENV = ROOT / ".local/coldstart-venv"
# As a worker is written with it: the queue is found by its name, then asked for messages again and again.
PEER_PROGRAM = """
import boto3
sqs = boto3.client("sqs")
url = sqs.get_queue_url(QueueName="media-match")["QueueUrl"]
while True:
    sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=4, WaitTimeSeconds=20)
"""
FLOOR_PROGRAM = """
exec 3<>/dev/tcp/127.0.0.1/$0
printf 'POST / HTTP/1.1\\r\\nHost: localhost\\r\\nX-Amz-Target: AmazonSQS.ReceiveMessage\\r\\n' >&3
printf 'Authorization: none\\r\\nContent-Length: 2\\r\\n\\r\\n{}' >&3
read -r <&3
"""


class FirstReceive(http.server.BaseHTTPRequestHandler):
    """A queue server that notes when it is first asked for messages, by a request that is signed."""

    protocol_version = "HTTP/1.1"
    asked = threading.Event()
    at = 0.0

    def do_POST(self) -> None:
        now = time.perf_counter()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.headers["X-Amz-Target"].rsplit(".", 1)[-1]
        if operation == "ReceiveMessage" and self.headers["Authorization"] and not self.asked.is_set():
            FirstReceive.at = now
            self.asked.set()
        answer = {}
        if operation == "GetQueueUrl":
            answer = {"QueueUrl": f"http://127.0.0.1:{self.server.server_port}/1/{json.loads(body)['QueueName']}"}
        elif operation == "ReceiveMessage":
            time.sleep(WAIT_SECONDS)
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # the worker was killed when it had asked
            super().handle()

    def log_message(self, *_: object) -> None:
        pass


def make_peer() -> pathlib.Path:
    """The interpreter of an environment that holds boto3 alone."""
    python, stamp = VENV / "bin/python", VENV / ".peer"
    if not stamp.exists() or stamp.read_text() != PEER:
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER], check=True)
        stamp.write_text(PEER)
    return python


def start(command: list, settings: dict[str, str]) -> float:
    """Milliseconds from exec to the first signed ReceiveMessage."""
    FirstReceive.asked.clear()
    began = time.perf_counter()
    worker = subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if not FirstReceive.asked.wait(WAIT_SECONDS):
            sys.exit(f"{command[0]} has not asked for messages after {WAIT_SECONDS} s")
        return (FirstReceive.at - began) * 1000
    finally:
        worker.kill()
        worker.wait()


def measure(commands: dict[str, list], settings: dict[str, str]) -> dict[str, list[float]]:
    """Milliseconds of each program, by turns, so that what else the machine does meets all of them."""
    times = {name: [] for name in commands}
    for number in range(ROUNDS + 1):
        for name, command in commands.items():
            taken = start(command, settings)
            if number > 0:  # the first one reads the files from the disk
                times[name].append(taken)
    return times


@contextlib.contextmanager
def idle(command: list, settings: dict[str, str]) -> Iterator[int]:
    """A worker that has waited for messages for a while; gives its resident bytes."""
    worker = subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(IDLE_SECONDS)
        lines = pathlib.Path(f"/proc/{worker.pid}/status").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in lines)
        yield int(fields["VmRSS"].split()[0]) * 1024
    finally:
        worker.kill()
        worker.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="Tests/Benchmarks/run coldstart", description=__doc__)
    parser.add_argument("--worker", type=pathlib.Path, default=ROOT / ".build/release/media-match")
    worker = parser.parse_args().worker.resolve()
    if not worker.exists():
        sys.exit(f"no {worker}: swift build -c release --static-swift-stdlib --product media-match")
    peer = [make_peer(), "-c", PEER_PROGRAM]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FirstReceive)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        models = pathlib.Path(folder) / "models.json"
        models.write_text('{"models": {}, "routes": {}}')
        settings = {
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
            "MEDIA_BUCKET": "media",
            "MEDIA_MODELS": str(models),
        }
        floor = ["bash", "-c", FLOOR_PROGRAM, str(server.server_port)]
        times = measure({"ours": [worker], "peer": peer, "floor": floor}, settings)
    print(f"exec to first signed ReceiveMessage, ms: {ROUNDS} rounds by turns, after one that does not count")
    for name, taken in times.items():
        print(f"  {name:6} median {statistics.median(taken):7.1f}   {min(taken):.1f} to {max(taken):.1f}")
    with one_stage.stack("coldstart-test", ["match", "publish"]) as settings:
        settings |= {"AWS_DEFAULT_REGION": settings["AWS_REGION"]}
        with idle([worker], settings) as ours, idle(peer, settings) as theirs:
            print(f"resident after {IDLE_SECONDS} s of waiting, database and queues live: {ours / 1e6:.1f} MB,", end=" ")
            print(f"{PEER}'s {theirs / 1e6:.1f} MB (no database)")
    medians = {name: round(statistics.median(taken), 2) for name, taken in times.items()}
    ratio = round(medians["ours"] / medians["peer"], 4)
    print(json.dumps({"bench": "coldstart", **medians, "ratio": ratio, "goal": GOAL}))
    sys.exit(0 if ratio <= GOAL else 1)


main()
