#!/usr/bin/env python3
"""Takes the Google provider's schema, as far as infra/gcp uses it, out of a package that was generated from it.

`cdktf-cdktf-provider-google` 16.12.1 was generated from the schema of hashicorp/google 6.50.0: for each resource it
names every argument, its type, its block and whether it is required. What it does not tell is which of the optional
arguments the provider fills in by itself, and what is checked beyond the type.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FACTS = HERE / "google-provider.json"
TERRAFORM = HERE.parent.parent / "infra" / "gcp"
PACKAGES = {
    "google": ("cdktf-cdktf-provider-google", "16.12.1"),
    "random": ("cdktf-cdktf-provider-random", "12.0.1"),
}
SCALARS = {"string": "string", "number": "number", "boolean": "bool"}

# `name: { value: ..., isBlock: ..., type: "...", storageClassType: "...", }` of the generated code.
ENTRY = re.compile(
    r"^ +(\w+): \{\n +value: (.+),\n +isBlock: (true|false),\n +type: \"(\w+)\",\n +storageClassType: \"(\w+)\",",
    re.MULTILINE,
)
GETTER = re.compile(r"return this\.get(\w+?)Attribute\('(\w+)'\)")
LIST = re.compile(r"new (\w+)List\(this, \"(\w+)\", (true|false)\)")
GETTER_TYPES = {
    "String": "string",
    "Number": "number",
    "Boolean": "bool",
    "List": ["list", "string"],
    "StringMap": ["map", "string"],
    "NumberList": ["list", "number"],
}


def package(name: str, version: str) -> dict[str, str]:
    """The generated code, by path below lib/."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*command, "--only-binary", ":all:", "-d", folder, f"{name}=={version}"], check=True)
        wheel = zipfile.ZipFile(next(Path(folder).glob("*.whl")))
        inner = next(entry for entry in wheel.namelist() if entry.endswith(".jsii.tgz"))
        sources: dict[str, str] = {}
        with tarfile.open(fileobj=io.BytesIO(wheel.read(inner))) as archive:
            for member in archive:
                if member.name.startswith("package/lib/") and member.name.endswith((".js", ".d.ts")):
                    content = archive.extractfile(member)
                    assert content is not None
                    sources[member.name.removeprefix("package/lib/")] = content.read().decode()
        return sources


def attribute_type(kind: str, storage: str) -> Any:
    if kind == "simple":
        return SCALARS[storage]
    for scalar, name in SCALARS.items():
        if storage == f"{scalar}{'Map' if kind == 'map' else 'List'}":
            return [kind, name]
    return "dynamic"


class Folder:
    """The generated code of one resource."""

    def __init__(self, sources: dict[str, str], folder: str) -> None:
        names = sorted(name for name in sources if name.startswith(f"{folder}/"))
        if not names:
            raise SystemExit(f"the package has no {folder}")
        self.code = "\n".join(sources[name] for name in names if name.endswith(".js"))
        self.types = "\n".join(sources[name] for name in names if name.endswith(".d.ts"))
        self.version = re.findall(r"/providers/hashicorp/\w+/([\d.]+)/docs", self.types)[0]

    def required(self, interface: str) -> set[str]:
        body = re.search(rf"export interface {interface} (?:extends [\w.]+ )?\{{\n(.*?)\n\}}", self.types, re.DOTALL)
        if body is None:
            raise SystemExit(f"no interface {interface}")
        return set(re.findall(r"#(\w+) \w+#\1\}\s*\*/\s*readonly \w+: ", body[1]))

    def block(self, body: str, interface: str) -> dict[str, Any]:
        required = self.required(interface)
        attributes: dict[str, Any] = {}
        blocks: dict[str, Any] = {}
        for name, value, is_block, kind, storage in ENTRY.findall(body):
            if is_block == "false":
                how = "required" if name in required else "optional"
                attributes[name] = {"type": attribute_type(kind, storage), "is": how}
                continue
            function = re.search(r"(\w+)ToHclTerraform", value)
            assert function is not None
            nested = self.struct(function[1])
            single = "listMapperHcl" not in value
            nesting = "single" if kind == "struct" else kind
            blocks[name] = {
                "nesting": nesting,
                "min": int(name in required) if nesting != "single" else 0,
                "max": int(single) if nesting != "single" else 0,
                **nested,
            }
        return {"attributes": attributes, "blocks": blocks}

    def struct(self, function: str) -> dict[str, Any]:
        start = self.code.index(f"function {function}ToHclTerraform(struct)")
        return self.block(self.code[start : self.code.index("\n}\n", start)], function[0].upper() + function[1:])

    def items(self, name: str) -> Any:
        """The type of a computed list's items, as far as they are plain values."""
        start = self.code.index(f"\nclass {name}OutputReference ")
        body = self.code[start : self.code.index("\n}\n", start)]
        return ["object", {field: GETTER_TYPES[kind] for kind, field in GETTER.findall(body) if kind in GETTER_TYPES}]

    def top(self) -> dict[str, Any]:
        config = re.findall(r"export interface (\w+Config) extends cdktf\.TerraformMetaArguments", self.types)
        name = config[0] if config else re.findall(r"export interface (\w+ProviderConfig) \{", self.types)[0]
        start = self.code.index("synthesizeHclAttributes() {")
        found = self.block(self.code[start : self.code.index("\n    }\n", start)], name)
        for kind, attribute in GETTER.findall(self.code, self.code.rindex("\nclass ", 0, start)):
            if attribute not in found["attributes"] and attribute not in found["blocks"] and kind in GETTER_TYPES:
                found["attributes"][attribute] = {"type": GETTER_TYPES[kind], "is": "computed"}
        for items, attribute, is_set in LIST.findall(self.code, self.code.rindex("\nclass ", 0, start)):
            if attribute not in found["attributes"] and attribute not in found["blocks"]:
                kind = "set" if is_set == "true" else "list"
                found["attributes"][attribute] = {"type": [kind, self.items(items)], "is": "computed"}
        if "id" in found["attributes"]:
            found["attributes"]["id"]["is"] = "optional computed"
        return found


def used(folder: Path) -> tuple[set[str], set[str]]:
    """Types of the resources and of the data sources that the configuration names."""
    text = "\n".join(path.read_text() for path in sorted(folder.rglob("*.tf")))
    return (
        set(re.findall(r'^resource "(\w+)"', text, re.MULTILINE)),
        set(re.findall(r'^data "(\w+)"', text, re.MULTILINE)),
    )


def facts() -> dict[str, Any]:
    resources, data = used(TERRAFORM)
    answer: dict[str, Any] = {}
    for provider, (name, version) in PACKAGES.items():
        sources = package(name, version)
        prefix = f"{provider}_"
        read: dict[str, Any] = {"resources": {}, "data": {}}
        for kind in sorted(resources):
            if kind.startswith(prefix):
                folder = Folder(sources, kind.removeprefix(prefix).replace("_", "-"))
                read["resources"][kind] = folder.top()
                read["version"] = folder.version
        for kind in sorted(data):
            if kind.startswith(prefix):
                read["data"][kind] = Folder(sources, "data-" + kind.replace("_", "-")).top()
        read["provider"] = Folder(sources, "provider").top()
        answer[provider] = {"package": f"{name}=={version}", **read}
    return answer


def written(answer: dict[str, Any]) -> str:
    """One line for each resource: a change shows in the line of what has changed."""
    lines = json.dumps(answer, indent=1, sort_keys=True).splitlines()
    folded: list[str] = []
    for line in lines:
        if len(line) - len(line.lstrip()) > 3 and folded:
            folded[-1] += line.strip() + " " * line.endswith(",")
        elif line.strip() in ("}", "},") and len(line) - len(line.lstrip()) == 3:
            folded[-1] += line.strip()
        else:
            folded.append(line)
    return "\n".join(folded) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail where the file is not up to date")
    options = parser.parse_args()
    text = written(facts())
    if options.check:
        if FACTS.read_text() != text:
            raise SystemExit(f"{FACTS.name} is not what {Path(__file__).name} makes of infra/gcp; run it")
        return
    FACTS.write_text(text)


if __name__ == "__main__":
    main()
