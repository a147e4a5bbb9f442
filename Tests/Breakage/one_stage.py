"""A stack of a test's own, with one stage's queues, rows put in by SQL, and workers that are started again when they end."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator

import pipeline

TENANT = "default"
MIGRATIONS = pipeline.ROOT / "Runtime/Postgres/Migrations"
SEND_BATCH = 10
RETENTION_SECONDS = 14 * 86_400
RECEIVE_COUNT = 1000
RESTART_PAUSE_SECONDS = 0.2
STOP_SECONDS = 30


@contextlib.contextmanager
def stack(name: str, stages: list[str]) -> Iterator[dict[str, str]]:
    """A fresh stack under `.local/<name>` with tables, a bucket and the stages' queues; gives a worker's settings."""
    pipeline.STACK = pipeline.ROOT / ".local" / name
    command = pipeline.ROOT / "infra/local/stack"
    subprocess.run([command, "stop", pipeline.STACK], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(pipeline.STACK, ignore_errors=True)
    try:
        subprocess.run([command, "start", pipeline.STACK], check=True, stdout=subprocess.DEVNULL)
        settings = pipeline.settings()
        # The ports stay while it runs: nobody needs to ask for them before every call.
        pipeline.settings = lambda: settings
        sql("SET ROLE media", *sorted(MIGRATIONS.glob("*.sql")))
        request = urllib.request.Request(f"{settings['AWS_ENDPOINT_URL']}/{settings['MEDIA_BUCKET']}", method="PUT")
        urllib.request.urlopen(request, timeout=pipeline.REQUEST_SECONDS).close()
        for stage in stages:
            make_queues(f"{settings['MEDIA_QUEUE_PREFIX']}-{stage}")
        models = pipeline.STACK / "models.json"
        models.write_text('{"models": {}, "routes": {}}')
        yield os.environ | settings | {"MEDIA_MODELS": str(models), "MEDIA_TENANT": TENANT}
    finally:
        subprocess.run([command, "stop", pipeline.STACK], check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(pipeline.STACK, ignore_errors=True)


def make_queues(name: str) -> None:
    """A stage's queues: with their dead-letter queue, as `media up` makes them."""
    kept = {"MessageRetentionPeriod": str(RETENTION_SECONDS)}
    dead = pipeline.sqs("CreateQueue", QueueName=f"{name}-dlq", Attributes=kept)["QueueUrl"]
    arn = pipeline.sqs("GetQueueAttributes", QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": str(RECEIVE_COUNT)})
    for queue in (name, f"{name}-bulk"):
        pipeline.sqs("CreateQueue", QueueName=queue, Attributes=kept | {"RedrivePolicy": redrive})


def sql(*steps: str | pathlib.Path) -> None:
    """Runs statements and files, one after the other, in one session."""
    command = [pipeline.ROOT / "infra/local/postgres", "psql", pipeline.STACK / "postgres", "--quiet"]
    for step in steps:
        command += ["-f", str(step)] if isinstance(step, pathlib.Path) else ["-c", step]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def number(statement: str) -> int:
    """The one number that a query gives."""
    return int(pipeline.sql(statement)[0])


def envelope(kind: str, asset: str, payload: dict) -> str:
    """The body of a message."""
    return json.dumps({
        "v": 1, "id": str(uuid.uuid4()), "kind": kind, "tenant": TENANT, "asset": asset, "generation": 1,
        "sent": "2026-01-01T00:00:00.000Z", "payload": payload,
    })  # fmt: skip


def send(queue: str, bodies: list[str]) -> None:
    """Puts messages into a queue, none of which may be refused."""
    url = pipeline.sqs("GetQueueUrl", QueueName=queue)["QueueUrl"]
    for start in range(0, len(bodies), SEND_BATCH):
        batch = bodies[start : start + SEND_BATCH]
        entries = [{"Id": str(index), "MessageBody": body} for index, body in enumerate(batch)]
        answer = pipeline.sqs("SendMessageBatch", QueueUrl=url, Entries=entries)
        if failed := answer.get("Failed"):
            raise RuntimeError(f"{queue} has refused {failed}")


def take_all(queue: str) -> list[dict]:
    """All of a queue's messages, with their attributes; they stay hidden."""
    url = pipeline.sqs("GetQueueUrl", QueueName=queue)["QueueUrl"]
    taken = []
    while True:
        answer = pipeline.sqs(
            "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=600, MessageAttributeNames=["All"]
        )
        if not answer.get("Messages"):
            return taken
        taken += answer["Messages"]


class Worker:
    """A worker that is started again whenever it ends; says how often, and how it ended."""

    def __init__(self, command: list, settings: dict[str, str], log: pathlib.Path, prepare: Callable | None = None) -> None:
        self.endings: list[int] = []
        self._command, self._settings, self._prepare = command, settings, prepare
        self._log = log.open("wb")
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._process = self._start()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def kill(self) -> bool:
        """Ends the process without warning; False where none is running."""
        with self._lock:
            if self._process.poll() is not None:
                return False
            self._process.kill()
            return True

    def stop(self) -> None:
        """Ends the worker for good."""
        with self._lock:
            self._stopping.set()
            self._process.send_signal(signal.SIGTERM)
        self._thread.join()
        self._log.close()

    def _start(self) -> subprocess.Popen:
        # It is prepared between fork and exec: what it sets is not for us.
        return subprocess.Popen(self._command, env=self._settings, stderr=self._log, preexec_fn=self._prepare)

    def _watch(self) -> None:
        while True:
            try:
                code = self._process.wait(STOP_SECONDS if self._stopping.is_set() else 1)
            except subprocess.TimeoutExpired:
                if self._stopping.is_set():
                    self._process.kill()
                continue
            if self._stopping.is_set():
                return
            self.endings.append(code)
            time.sleep(RESTART_PAUSE_SECONDS)
            with self._lock:
                if self._stopping.is_set():
                    return
                self._process = self._start()
