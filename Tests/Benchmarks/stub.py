"""The stub of SQS, built and running, and the benchmarks' own virtual environment."""

import contextlib
import json
import pathlib
import subprocess
import urllib.request
from collections.abc import Iterator

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LOCAL = ROOT / ".local/benchmarks"
UNLIMITED = 1 << 40


class Stub:
    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"

    def _get(self, path: str) -> dict:
        with urllib.request.urlopen(self.endpoint + path, timeout=10) as answer:
            return json.load(answer)

    def set(self, messages: int = UNLIMITED, delay_milliseconds: int = 0) -> None:
        """Starts the counts anew."""
        self._get(f"/set?messages={messages}&delay={delay_milliseconds}")

    def counts(self) -> dict:
        return self._get("/counts")


@contextlib.contextmanager
def running() -> Iterator[Stub]:
    """The stub as a process of its own, until the block ends."""
    LOCAL.mkdir(parents=True, exist_ok=True)
    binary = LOCAL / "sqs_stub"
    subprocess.run(["cc", "-O2", "-o", binary, HERE / "sqs_stub.c", "-lcrypto"], check=True)
    process = subprocess.Popen([binary], stdout=subprocess.PIPE, text=True)
    try:
        yield Stub(int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()


def floor() -> pathlib.Path:
    """The same calls in C with libcurl and nothing else."""
    binary = LOCAL / "sqs_floor"
    subprocess.run(["cc", "-O2", "-o", binary, HERE / "sqs_floor.c", "-lcurl"], check=True)
    return binary


def python() -> pathlib.Path:
    """The interpreter that has the peers, in the versions of requirements.txt."""
    wanted, venv = HERE / "requirements.txt", LOCAL / "venv"
    stamp = venv / ".requirements"
    if not stamp.exists() or stamp.read_text() != wanted.read_text():
        subprocess.run(["python3", "-m", "venv", "--clear", venv], check=True)
        pip = [venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted]
        subprocess.run(pip, check=True)
        stamp.write_text(wanted.read_text())
    return venv / "bin/python"


def build(product: str) -> pathlib.Path:
    """A release build, as it is delivered."""
    options = ["-c", "release", "--static-swift-stdlib", "--product", product]
    subprocess.run(["swift", "build", *options], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return ROOT / ".build/release" / product
