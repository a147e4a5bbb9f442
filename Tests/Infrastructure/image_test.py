#!/usr/bin/env python3
"""Checks the sources of infra/image; Tests/Infrastructure/image builds it and runs it."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
IMAGE = ROOT / "infra" / "image"
STAGES = [stage["name"] for stage in json.loads((ROOT / "infra" / "topology.json").read_text())["stages"]]
PRODUCTS = [f"media-{name}" for name in (*STAGES, "search", "modelserver")] + ["media"]
# Of every Debian image, and no package's own: the C library and what compilers bring.
BASE = {"libc6", "libgcc-s1", "libstdc++6"}
BINARIES = Path(os.environ.get("MEDIA_BINARIES", ROOT / ".build" / "release"))


def stages(text: str) -> list[tuple[str, list[str]]]:
    """The Containerfile's stages: what each is from, and its instructions."""
    joined = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    found: list[tuple[str, list[str]]] = []
    for line in filter(None, (line.strip() for line in joined.splitlines())):
        if line.startswith("FROM "):
            found.append((line.removeprefix("FROM "), []))
        elif found:
            found[-1][1].append(line)
    return found


class ContainerfileTests(unittest.TestCase):
    def setUp(self) -> None:
        self.text = (IMAGE / "Containerfile").read_text()
        self.stages = stages(self.text)

    @unittest.skipUnless(shutil.which("hadolint"), "hadolint is not installed")
    def test_hadolint_finds_nothing(self) -> None:
        done = subprocess.run(
            ["hadolint", "--no-color", str(IMAGE / "Containerfile")], capture_output=True, text=True, check=False
        )
        self.assertEqual(done.stdout, "")

    def test_the_image_is_of_what_was_assembled_and_of_nobody_special(self) -> None:
        source, instructions = self.stages[-1]
        self.assertEqual(source, "scratch")
        self.assertEqual(
            [line for line in instructions if line.startswith(("COPY", "ADD", "RUN"))], ["COPY --from=root /image /"]
        )
        (user,) = [line for line in instructions if line.startswith("USER ")]
        self.assertRegex(user, r"^USER [1-9]\d{3,}:[1-9]\d{3,}$")
        self.assertFalse([line for line in instructions if line.startswith(("EXPOSE", "ENTRYPOINT"))])

    def test_base_images_can_be_chosen_and_are_named_by_release(self) -> None:
        bases = dict(re.findall(r"^ARG (\w+_BASE)=(\S+)$", self.text, re.MULTILINE))
        self.assertEqual(set(bases), {"BUILD_BASE", "RUNTIME_BASE"})
        for image in bases.values():
            self.assertRegex(image, r":(?!latest)[\w.-]*bookworm")

    def test_the_swift_compiler_is_the_package_s(self) -> None:
        self.assertIn("swift:6.3-bookworm", self.text)

    def test_nothing_is_fetched_but_packages(self) -> None:
        for _, instructions in self.stages:
            for line in instructions:
                self.assertFalse(line.startswith("ADD "), line)
                self.assertNotRegex(line, r"curl |wget |https?://", line)

    def test_every_function_is_built(self) -> None:
        (products,) = re.findall(r"^products=\((.*)\)$", (IMAGE / "compile").read_text(), re.MULTILINE)
        listed = subprocess.run(["bash", "-c", f"echo {products}"], capture_output=True, text=True, check=True)
        self.assertEqual(sorted(listed.stdout.split()), sorted(PRODUCTS))

    def test_what_is_made_here_is_not_sent_to_the_builder(self) -> None:
        ignored = (IMAGE / "Containerfile.dockerignore").read_text().split()
        self.assertLessEqual({".git", ".build*", ".local"}, set(ignored))


@unittest.skipUnless((BINARIES / "media-probe").exists(), f"there are no binaries in {BINARIES}")
class PackagesTests(unittest.TestCase):
    def test_the_packages_are_those_that_the_binaries_are_linked_to(self) -> None:
        libraries = set()
        for product in PRODUCTS:
            listing = subprocess.run(
                ["ldd", str(BINARIES / product)], capture_output=True, text=True, check=True
            ).stdout
            paths = dict(re.findall(r"(\S+) => (/\S+)", listing))
            header = subprocess.run(
                ["objdump", "-p", str(BINARIES / product)], capture_output=True, text=True, check=True
            ).stdout
            libraries |= {paths[name] for name in re.findall(r"NEEDED\s+(\S+)", header) if name in paths}
        # Swift's own, where they are not linked in, are of no package.
        libraries = {path for path in libraries if "/swift/" not in path}
        packages = set()
        for path in sorted(libraries):
            real = os.path.realpath(path)
            names = [real, real.removeprefix("/usr")]
            done = subprocess.run(["dpkg-query", "--search", *names], capture_output=True, text=True, check=False)
            self.assertTrue(done.stdout, f"{real} is of no package")
            packages.add(done.stdout.split(":")[0])
        text = (IMAGE / "packages").read_text()
        linked = {line for line in text.partition("# opened")[0].splitlines() if line and not line.startswith("#")}
        # PocketSphinx's headers name its base library's, which the linker does not need to.
        self.assertEqual(packages - BASE, linked)


class BillTests(unittest.TestCase):
    def test_it_names_packages_and_models_and_is_the_same_each_time(self) -> None:
        files = {
            "./var/lib/dpkg/status.d/libpq5": b"Package: libpq5\nVersion: 15.14-0+deb12u1\nArchitecture: amd64\n",
            "./usr/share/media/Package.resolved": json.dumps(
                {
                    "pins": [
                        {
                            "identity": "swift-log",
                            "location": "https://github.com/apple/swift-log.git",
                            "state": {"revision": "0" * 40, "version": "1.16.0"},
                        }
                    ]
                }
            ).encode(),
            "./usr/share/media/models/all-MiniLM-L6-v2/model.safetensors": b"weights",
        }
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "image.tar"
            with tarfile.open(path, "w") as archive:
                for name, content in files.items():
                    member = tarfile.TarInfo(name)
                    member.size = len(content)
                    archive.addfile(member, io.BytesIO(content))
            made = [
                subprocess.run([sys.executable, str(IMAGE / "sbom"), str(path)], capture_output=True, check=True).stdout
                for _ in range(2)
            ]
        self.assertEqual(made[0], made[1])
        bill = json.loads(made[0])
        self.assertEqual((bill["bomFormat"], bill["specVersion"]), ("CycloneDX", "1.5"))
        urls = {component.get("purl") for component in bill["components"]}
        self.assertIn("pkg:deb/debian/libpq5@15.14-0%2Bdeb12u1?arch=amd64&distro=debian-12", urls)
        self.assertIn("pkg:swift/github.com/apple/swift-log@1.16.0", urls)
        self.assertIn("machine-learning-model", {component["type"] for component in bill["components"]})
        references = {component["bom-ref"] for component in bill["components"]}
        self.assertEqual(references, set(bill["dependencies"][0]["dependsOn"]))

    def test_a_file_that_is_no_image_is_refused(self) -> None:
        with tempfile.NamedTemporaryFile(suffix=".tar") as file:
            tarfile.open(file.name, "w").close()
            done = subprocess.run(
                [sys.executable, str(IMAGE / "sbom"), file.name], capture_output=True, text=True, check=False
            )
        self.assertEqual(done.returncode, 1)
        self.assertIn("holds no packages", done.stderr)


if __name__ == "__main__":
    unittest.main()
