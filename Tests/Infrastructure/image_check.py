#!/usr/bin/env python3
"""Checks the files of the image, and runs its functions in them: no root, nothing writable but /tmp."""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import stat
import subprocess
import sys
import time
import unittest
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent.parent
STAGES = [stage["name"] for stage in json.loads((REPOSITORY / "infra" / "topology.json").read_text())["stages"]]
FUNCTIONS = [f"media-{stage}" for stage in STAGES] + ["media-search", "media-modelserver", "media"]
USER = "10001:10001"
MODEL_PORT = 18_931
CHROOT = shutil.which("chroot") or "/usr/sbin/chroot"
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 43>>stream
BT /F 18 Tf 20 50 Td (read in the image) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
"""


def files(root: Path) -> Iterator[Path]:
    """What is in the image itself; nothing that is mounted."""
    for entry in root.iterdir():
        if entry.name not in ("dev", "proc", "tmp"):
            yield entry
            if entry.is_dir() and not entry.is_symlink():
                yield from entry.rglob("*")


class Image:
    """The image's files, mounted read-only with a tmpfs at /tmp."""

    root: Path
    variables: dict[str, str]
    settings: dict[str, Any]
    bill: dict[str, Any]
    events: Path

    @classmethod
    def mount(cls, folder: Path, inspect: Path, bill: Path, kept: Path) -> None:
        cls.root = folder
        cls.events = kept
        cls.settings = json.loads(inspect.read_text())["OCIv1"]["config"]
        cls.variables = dict(variable.split("=", 1) for variable in cls.settings["Env"])
        cls.bill = json.loads(bill.read_text())
        (folder / "proc").mkdir(exist_ok=True)
        for command in (
            ["mount", "--bind", str(folder), str(folder)],
            ["mount", "-o", "remount,ro,bind", str(folder)],
            ["mount", "-t", "proc", "proc", str(folder / "proc")],
            ["mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(folder / "tmp")],
        ):
            subprocess.run(command, check=True)
        # What every container engine puts at /dev.
        dev = folder / "dev"
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(dev)], check=True)
        for name in ("null", "zero", "full", "random", "urandom"):
            (dev / name).touch()
            subprocess.run(["mount", "--bind", f"/dev/{name}", str(dev / name)], check=True)
        (dev / "fd").symlink_to("/proc/self/fd")
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            (dev / name).symlink_to(f"/proc/self/fd/{number}")
        events = folder / "tmp" / "events"
        events.mkdir()
        subprocess.run(["mount", "--bind", "-o", "ro", str(kept), str(events)], check=True)

    @classmethod
    def command(cls, *arguments: str) -> list[str]:
        return [CHROOT, f"--userspec={USER}", str(cls.root), *arguments]

    @classmethod
    def run(cls, *arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            cls.command(*arguments), env=cls.variables, capture_output=True, timeout=300, check=False, **options
        )


class FileTests(unittest.TestCase):
    def test_there_are_no_tools_but_sh_and_those_that_read_pdf(self) -> None:
        found = {path.name for path in (Image.root / "usr" / "bin").iterdir()}
        self.assertEqual(found, {"sh", "dash", "pdftotext", "pdftoppm"})
        self.assertEqual({path.name for path in (Image.root / "usr" / "local" / "bin").iterdir()}, set(FUNCTIONS))
        for folder in ("sbin", "usr/sbin"):
            self.assertFalse((Image.root / folder).exists(), folder)

    def test_nothing_gives_rights_and_nothing_is_writable(self) -> None:
        for path in files(Image.root):
            if path.is_symlink():
                continue
            mode = path.stat().st_mode
            self.assertFalse(stat.S_ISREG(mode) and mode & 0o6000, path)
            self.assertFalse(mode & 0o002 and path != Image.root / "tmp", path)

    def test_binaries_are_stripped(self) -> None:
        for name in FUNCTIONS:
            sections = subprocess.run(
                ["objdump", "--section-headers", str(Image.root / "usr/local/bin" / name)],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            self.assertNotIn(".symtab", sections, name)
            self.assertNotIn(".debug_info", sections, name)
            self.assertIn(".gnu_debuglink", sections, name)

    def test_it_runs_as_nobody_special_and_says_what_it_is(self) -> None:
        self.assertEqual(Image.settings["User"], USER)
        self.assertEqual(Image.settings["StopSignal"], "SIGTERM")
        self.assertNotIn("ExposedPorts", Image.settings)
        labels = Image.settings["Labels"]
        for name in ("title", "description", "revision", "version", "created"):
            self.assertTrue(labels[f"org.opencontainers.image.{name}"])
        self.assertEqual(labels["org.opencontainers.image.version"], "test")

    def test_the_bill_names_debian_s_and_swift_s_packages_and_the_models(self) -> None:
        names = {component["name"] for component in Image.bill["components"]}
        self.assertLessEqual({"libc6", "libavcodec59", "libpq5", "libtesseract5", "poppler-utils"}, names)
        if (Image.root / "usr/share/media/Package.resolved").exists():
            self.assertLessEqual({"swift-nio", "hummingbird"}, names)
        kinds = [component["type"] for component in Image.bill["components"]]
        if "machine-learning-model" in kinds:
            self.assertEqual(kinds.count("machine-learning-model"), 3)
        self.assertFalse({"apt", "dpkg", "bash", "perl-base"} & names)


class FunctionTests(unittest.TestCase):
    def test_every_library_is_there(self) -> None:
        loader = "/usr/lib64/ld-linux-x86-64.so.2"
        for program in [f"/usr/local/bin/{name}" for name in FUNCTIONS] + ["/usr/bin/pdftotext"]:
            done = Image.run(loader, "--list", program)
            self.assertEqual(done.returncode, 0, f"{program}: {done.stderr.decode()}")
            self.assertNotIn(b"not found", done.stdout, program)

    def test_every_function_starts(self) -> None:
        for name in FUNCTIONS:
            done = Image.run(name, "--help")
            if name == "media-search":  # it has no options: it says which setting is missing
                self.assertIn(b"MEDIA_BUCKET is not set", done.stderr)
                continue
            self.assertEqual(done.returncode, 0, f"{name}: {done.stderr.decode()}")
            self.assertRegex(done.stdout.decode().lower(), "usage:", name)

    def test_health_is_asked_of_the_heartbeat(self) -> None:
        heartbeat = Image.root / "tmp" / "heartbeat"
        for stage in STAGES:
            heartbeat.unlink(missing_ok=True)
            ask = {**Image.variables, "MEDIA_HEARTBEAT_FILE": "/tmp/heartbeat"}
            command = Image.command(f"media-{stage}", "--healthy")
            self.assertEqual(subprocess.run(command, env=ask, capture_output=True, check=False).returncode, 1)
            heartbeat.write_text("")
            self.assertEqual(subprocess.run(command, env=ask, capture_output=True, check=False).returncode, 0)

    def test_nothing_but_tmp_can_be_written(self) -> None:
        done = Image.run("sh", "-c", "echo > /tmp/written && echo > /written")
        self.assertIn(b"Read-only", done.stderr)

    def test_the_topology_is_found(self) -> None:
        if b"MEDIA_TOPOLOGY" not in (Image.root / "usr/local/bin/media").read_bytes():
            self.skipTest("these binaries are older than MEDIA_TOPOLOGY")
        done = Image.run("media", "topology")
        self.assertEqual([stage["name"] for stage in json.loads(done.stdout)["stages"]], STAGES)

    def test_pdftotext_reads(self) -> None:
        done = Image.run("pdftotext", "-", "-", input=PDF)
        self.assertIn(b"read in the image", done.stdout, done.stderr)

    def test_every_kept_event_has_its_effects_in_the_image(self) -> None:
        count = 0
        for expected in sorted(Image.events.glob("*/*.effects.json")):
            stage, case = expected.parent.name, expected.name.removesuffix(".effects.json")
            done = Image.run(f"media-{stage}", "--replay", f"/tmp/events/{stage}/{case}.json")
            self.assertEqual(json.loads(done.stdout), json.loads(expected.read_text()), f"{stage}/{case}")
            count += 1
        self.assertGreater(count, 20)

    def test_the_model_server_loads_its_models_and_answers(self) -> None:
        with self.model_server():
            body = json.dumps({"model": "all-MiniLM-L6-v2", "input": ["a goal after school"]}).encode()
            request = urllib.request.Request(
                f"http://127.0.0.1:{MODEL_PORT}/v1/embeddings", body, {"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=30) as answer:
                self.assertEqual(len(json.load(answer)["data"][0]["embedding"]), 384)

    @contextlib.contextmanager
    def model_server(self) -> Iterator[None]:
        ready = Image.root / "tmp" / "ready"
        command = Image.command(
            "media-modelserver", "--host", "127.0.0.1", "--port", str(MODEL_PORT), "--ready-file", "/tmp/ready"
        )
        environment = {**Image.variables, "MEDIA_MODEL_ENGINES": "1"}
        server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 60
            while not ready.exists():
                self.assertIsNone(server.poll(), "the model server has ended")
                self.assertLess(time.monotonic(), deadline, "the model server is not ready within 60 s")
                time.sleep(0.2)
            yield
        finally:
            server.terminate()
            output, _ = server.communicate(timeout=60)
        self.assertEqual(server.returncode, 0, output.decode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path, help="folder of the image's files; it is mounted over")
    parser.add_argument("inspect", type=Path, help="what buildah inspect says of the image")
    parser.add_argument("bill", type=Path, help="the image's bill of materials")
    parser.add_argument("events", type=Path, help="folder of the kept events")
    options = parser.parse_args()
    Image.mount(options.root, options.inspect, options.bill, options.events)
    size = sum(path.lstat().st_size for path in files(options.root))
    print(f"image: {size / 1e6:.0f} MB")
    unittest.main(argv=sys.argv[:1], verbosity=2)


if __name__ == "__main__":
    main()
