"""The commands and queries in infra/runbooks, and whether `media` has those commands."""

import dataclasses
import functools
import pathlib
import re
import shlex
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "infra/runbooks"
FENCE = re.compile(r"^([ \t]*)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`(media [^`\n]+)`")
HELP_SECONDS = 30


@dataclasses.dataclass(frozen=True)
class Command:
    """A `media` command as a runbook has it."""

    place: str
    words: tuple[str, ...]
    """Without `media` itself."""
    is_block: bool
    """Whether it stands in a block of its own, to be typed; else within a sentence, where it may be cut short."""


@dataclasses.dataclass(frozen=True)
class Help:
    subcommands: frozenset[str]
    options: frozenset[str]
    valued: frozenset[str]
    """Options that take a value."""


def files() -> list[pathlib.Path]:
    return sorted(FOLDER.glob("*.md"))


def blocks(path: pathlib.Path, kind: str) -> list[str]:
    return [body for _, language, body in FENCE.findall(path.read_text()) if language == kind]


def queries(path: pathlib.Path) -> list[str]:
    """One a line."""
    return [line.strip() for block in blocks(path, "promql") for line in block.splitlines() if line.strip()]


def command_lines(path: pathlib.Path) -> list[str]:
    """The shell commands of the blocks, those over several lines joined."""
    lines = []
    for block in blocks(path, "sh"):
        joined = re.sub(r"\\\n\s*", " ", block)
        joined = re.sub(r"\|\n\s*", "| ", joined)
        lines += [line.strip() for line in joined.splitlines() if line.strip()]
    return lines


def words(line: str) -> tuple[str, ...]:
    """A command's words, up to a pipe or a redirection."""
    found = shlex.split(line, comments=True)
    for place, word in enumerate(found):
        if word in ("|", ">", "2>", "&&", ";"):
            return tuple(found[:place])
    return tuple(found)


def commands(path: pathlib.Path) -> list[Command]:
    place = str(path.relative_to(ROOT))
    found = [Command(place, words(line)[1:], True) for line in command_lines(path) if line.startswith("media ")]
    text = FENCE.sub("", path.read_text())
    return found + [Command(place, words(span)[1:], False) for span in SPAN.findall(text)]


@functools.cache
def help_of(media: str, *path: str) -> Help | None:
    """What `media help PATH` says; None where there is no such command."""
    done = subprocess.run([media, *path, "--help"], capture_output=True, text=True, check=False, timeout=HELP_SECONDS)
    usage = re.search(r"^USAGE: media(.*)", done.stdout, re.MULTILINE)
    # An unknown subcommand gets the help of the one above it.
    if done.returncode != 0 or not usage or usage[1].split()[: len(path)] != list(path):
        return None
    listed = re.search(r"^SUBCOMMANDS:\n(.*?)(?:\n\n|\Z)", done.stdout, re.MULTILINE | re.DOTALL)
    subcommands = re.findall(r"^  (\S+)", listed[1], re.MULTILINE) if listed else []
    options = re.findall(r"^\s+(?:-\w, )?(--[\w-]+)", done.stdout, re.MULTILINE)
    valued = re.findall(r"^\s+(?:-\w, )?(--[\w-]+) <", done.stdout, re.MULTILINE)
    return Help(frozenset(subcommands), frozenset(options), frozenset(valued))


def fault(media: str, command: Command) -> str | None:
    """What is wrong with a command; None where it can be typed so."""
    rest = list(command.words)
    path: list[str] = []
    known = help_of(media)
    while known and rest and rest[0] in known.subcommands:
        path.append(rest.pop(0))
        known = help_of(media, *path)
    if known is None or not path:
        return f"there is no `media {' '.join(command.words[:1])}`"
    if known.subcommands and rest:
        if not rest[0].startswith("--"):
            return f"there is no `media {' '.join([*path, rest[0]])}`"
        # A default subcommand's options, as in `media dlq --json`.
        known = help_of(media, *path, "list") or known
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            continue
        option, _, value = word.partition("=")
        if option not in known.options:
            return f"`media {' '.join(path)}` has no {option}"
        if option in known.valued and not value and (not rest or rest.pop(0).startswith("--")):
            return f"`media {' '.join(path)}`: {option} wants a value"
    return None


def faults(media: str) -> list[str]:
    wrong = []
    for path in files():
        for command in commands(path):
            if found := fault(media, command):
                wrong.append(f"{command.place}: {found}")
    return sorted(set(wrong))
