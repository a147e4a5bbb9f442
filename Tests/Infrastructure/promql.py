"""The metrics and labels that a PromQL expression asks for, without evaluating it."""

import dataclasses
import re

TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)
    |(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)
    |(?P<variable>\$\{?\w+\}?)
    |(?P<number>(?:0x[0-9a-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?)(?:ms|[smhdwy])?(?:\d+(?:ms|[smhdwy]))*)
    |(?P<name>[a-zA-Z_:][\w:]*)
    |(?P<mark>=~|!~|!=|==|>=|<=|.)""",
    re.VERBOSE,
)
GROUPING = {"by", "without", "on", "ignoring", "group_left", "group_right"}
WORDS = {"and", "or", "unless", "offset", "bool", "inf", "nan", "start", "end", *GROUPING}
# Those whose groups may stand between their name and their parenthesis.
AGGREGATIONS = {"sum", "min", "max", "avg", "group", "stddev", "stdvar", "count"}
AGGREGATIONS |= {"count_values", "bottomk", "topk", "quantile", "limitk"}


@dataclasses.dataclass(frozen=True)
class Selector:
    """A metric, the labels that it is chosen by, and those that its values are told apart by."""

    metric: str
    labels: frozenset[str]


@dataclasses.dataclass
class Query:
    selectors: list[Selector]
    grouped: set[str]
    """Labels of by, on and the like."""


def tokens(expression: str) -> list[tuple[str, str]]:
    return [
        (match.lastgroup or "", match.group()) for match in TOKEN.finditer(expression) if match.lastgroup != "space"
    ]


def names_until(found: list[tuple[str, str]], place: int, end: str) -> tuple[set[str], int]:
    """The names up to a closing mark, and the place behind it."""
    names = set()
    while place < len(found) and found[place][1] != end:
        if found[place][0] == "name":
            names.add(found[place][1])
        place += 1
    return names, place + 1


def parse(expression: str) -> Query:
    """Reads an expression; what is no PromQL is for promtool to say."""
    found = tokens(expression)
    query, place = Query([], set()), 0
    while place < len(found):
        kind, text = found[place]
        following = found[place + 1][1] if place + 1 < len(found) else ""
        place += 1
        if kind != "name":
            continue
        if text.lower() in GROUPING:
            if following == "(":
                names, place = names_until(found, place + 1, ")")
                query.grouped |= names
        elif following == "{":
            names, place = names_until(found, place + 1, "}")
            query.selectors.append(Selector(text, frozenset(names)))
        elif following != "(" and text.lower() not in WORDS and not (text in AGGREGATIONS and following in GROUPING):
            query.selectors.append(Selector(text, frozenset()))
    return query
