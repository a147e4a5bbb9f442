"""The running pipeline, as the scripts in this folder see and disturb it."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
STACK = ROOT / ".local/stack"
FINAL = {"complete", "partial", "failed"}
REQUEST_SECONDS = 30

sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "infra/local"))


def media(*arguments: str, check: bool = True) -> str:
    """What the `media` command prints; its complaints go on to ours."""
    return subprocess.run(["media", *arguments], stdout=subprocess.PIPE, check=check, text=True).stdout


def put(files: list[pathlib.Path], tries: int = 5) -> None:
    """Puts files in; tries again where a server was just killed: the same file is the same asset."""
    for left in reversed(range(tries)):
        try:
            media("put", *map(str, files))
            return
        except subprocess.CalledProcessError:
            if left == 0:
                raise
            time.sleep(2)


def short(name: str) -> str:
    """The file's name: assets are named by their object keys."""
    return name.rsplit("/", 1)[-1]


def assets(names: set[str]) -> dict[str, dict]:
    """The assets of these names; none while the database is down."""
    try:
        listed = json.loads(media("status", "--json"))["assets"]
    except subprocess.CalledProcessError:
        return {}
    return {short(asset["name"]): asset for asset in listed if short(asset["name"]) in names}


def wait(names: set[str], seconds: float) -> tuple[dict[str, dict], dict[str, float]]:
    """Waits until every asset has ended; returns them, and after how many seconds each was seen to have ended."""
    start, ended, shown = time.monotonic(), {}, ""
    while True:
        known = assets(names)
        for name, asset in known.items():
            if asset["state"] in FINAL:
                ended.setdefault(name, time.monotonic() - start)
            else:
                ended.pop(name, None)
        line = f"  {len(ended)} of {len(names)} have ended"
        if line != shown:
            print(line, flush=True)
            shown = line
        if len(ended) == len(names) or time.monotonic() - start > seconds:
            return known, ended
        time.sleep(1)


def reason(asset: dict) -> str:
    """Why an asset did not become complete: its own reason, or its runs'."""
    own = asset.get("reason") or ""
    return own or "; ".join(f"{run['stage']}: {run['reason']}" for run in asset["runs"] if run.get("reason"))


def sql(statement: str) -> list[str]:
    """The rows of a query, as text."""
    command = [ROOT / "infra/local/postgres", "psql", STACK / "postgres", "-At", "-c", statement]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()


def settings() -> dict[str, str]:
    """The stack's settings."""
    command = [ROOT / "infra/local/stack", "env", STACK]
    lines = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
    return dict(line.removeprefix("export ").split("=", 1) for line in lines)


def sqs(operation: str, **body: object) -> dict:
    """Asks the queue server; it does not check signatures."""
    request = urllib.request.Request(settings()["AWS_ENDPOINT_URL"], json.dumps(body).encode())
    request.add_header("Content-Type", "application/x-amz-json-1.0")
    request.add_header("X-Amz-Target", f"AmazonSQS.{operation}")
    with urllib.request.urlopen(request, timeout=REQUEST_SECONDS) as answer:
        return json.load(answer)


def queue_lengths() -> dict[str, int]:
    """How many messages lie in each queue, visible or not."""
    prefix = settings()["MEDIA_QUEUE_PREFIX"]
    lengths = {}
    for url in sqs("ListQueues", QueueNamePrefix=f"{prefix}-").get("QueueUrls", []):
        attributes = sqs("GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])["Attributes"]
        counted = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        lengths[short(url)] = sum(int(attributes[name]) for name in counted)
    return lengths


def workers() -> dict[str, pathlib.Path]:
    """The file with the process number of each stage's worker."""
    return {file.stem: file for file in sorted((STACK / "workers").glob("*.pid"))}


def kill(file: pathlib.Path) -> bool:
    """Kills a worker without warning; False where none was running."""
    try:
        process = int(file.read_text())
        if "media-" not in pathlib.Path(f"/proc/{process}/cmdline").read_text():
            return False
        os.kill(process, signal.SIGKILL)
        return True
    except (OSError, ValueError):
        return False


def finish(wrong: list[str]) -> None:
    """Ends the script: with an error where anything was wrong."""
    for line in wrong:
        print(f"  WRONG: {line}")
    if wrong:
        sys.exit(1)
    print("  all as it must be")
