"""Holds dashboards, alerts, runbooks and the collector's settings to each other, to the topology, and to the code.

What the code exports is asked of `media metrics --json`, what commands there are of `media --help`. Prints a line for
each check; ends with an error that says what is wrong.
"""

import argparse
import collections.abc
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import promql
import runbooks

ROOT = pathlib.Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"
DASHBOARDS = sorted((INFRA / "dashboards").glob("*.json"))
ALERTS = sorted((INFRA / "alerts").glob("*.yaml"))
ALERT_TESTS = sorted((INFRA / "alerts/tests").glob("*.yaml"))
SCHEMA_VERSION = 39
"""Of Grafana 11: older ones are migrated when they are opened, and then differ from the file."""
SEVERITIES = {"page", "ticket"}
ALWAYS = {"job", "instance", "le"}
"""Labels that the collector or Prometheus adds."""
MADE_HERE = {"ALERTS": {"alertname", "alertstate", "severity"}}
UNITS = {"short", "none", "percentunit", "s", "bytes", "cps", "cpm", "reqps", "currencyUSD"}

Check = collections.abc.Callable[[], list[str]]


def read_yaml(path: pathlib.Path) -> dict:
    return yaml.safe_load(path.read_text())


def relative(path: pathlib.Path) -> str:
    return str(path.relative_to(ROOT))


def panels(dashboard: dict) -> list[dict]:
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def without_variables(expression: str) -> str:
    """Grafana's variables as PromQL has no such thing."""
    expression = re.sub(r"\$__(rate_)?interval", "5m", expression)
    return re.sub(r"\$\{?\w+\}?", ".*", expression)


def rules() -> collections.abc.Iterator[tuple[pathlib.Path, dict]]:
    for path in ALERTS:
        for group in read_yaml(path)["groups"]:
            for rule in group["rules"]:
                yield path, rule


def expressions() -> collections.abc.Iterator[tuple[str, str]]:
    """Every query of the dashboards, the rules and the runbooks, with where it stands."""
    for path in DASHBOARDS:
        dashboard = json.loads(path.read_text())
        for panel in panels(dashboard):
            for target in panel["targets"]:
                yield f"{relative(path)}: {panel['title']}", without_variables(target["expr"])
        for annotation in dashboard["annotations"]["list"]:
            yield f"{relative(path)}: annotations", annotation["expr"]
        for variable in dashboard["templating"]["list"]:
            if match := re.match(r"label_values\((.+), (\w+)\)", variable.get("definition", "")):
                yield f"{relative(path)}: variable {variable['name']}", f"count by ({match[2]}) ({match[1]})"
    for path, rule in rules():
        yield f"{relative(path)}: {rule.get('alert') or rule['record']}", rule["expr"]
    for path in runbooks.files():
        for query in runbooks.queries(path):
            yield relative(path), query


def dashboard_faults(path: pathlib.Path) -> collections.abc.Iterator[str]:
    dashboard = json.loads(path.read_text())
    if dashboard["schemaVersion"] < SCHEMA_VERSION:
        yield f"schemaVersion {dashboard['schemaVersion']} is older than {SCHEMA_VERSION}"
    if dashboard["uid"] != f"media-{path.stem}":
        yield f"its uid is not media-{path.stem}"
    kinds = {variable["name"]: variable["type"] for variable in dashboard["templating"]["list"]}
    if kinds.get("datasource") != "datasource":
        yield "there is no variable for the data source"
    ids = [panel["id"] for panel in dashboard["panels"]]
    if len(ids) != len(set(ids)):
        yield "two panels have one id"
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        if place["x"] + place["w"] > 24 or cells & taken:
            yield f"{panel['title']}: lies over another panel, or over the edge"
        taken |= cells
    for panel in panels(dashboard):
        yield from panel_faults(panel, set(kinds))


def panel_faults(panel: dict, variables: set[str]) -> collections.abc.Iterator[str]:
    title = panel["title"]
    if not title or not panel["description"]:
        yield f"{title}: has no title or no description"
    if panel["fieldConfig"]["defaults"].get("unit") not in UNITS:
        yield f"{title}: its unit is not one of {', '.join(sorted(UNITS))}"
    if panel["datasource"]["uid"] != "${datasource}":
        yield f"{title}: names a data source of its own"
    for target in panel["targets"]:
        for name in re.findall(r"\$\{?(\w+)\}?", target["expr"]):
            if name not in variables and not name.startswith("__"):
                yield f"{title}: ${name} is no variable"
    for link in panel.get("links", []):
        if not (INFRA / "runbooks" / link["url"].removeprefix("${runbooks}/")).exists():
            yield f"{title}: {link['url']} is not there"


def check_dashboards() -> list[str]:
    return [f"{relative(path)}: {fault}" for path in DASHBOARDS for fault in dashboard_faults(path)]


def check_alerts() -> list[str]:
    wrong = []
    for path, rule in rules():
        if "alert" not in rule:
            continue
        where, notes = f"{relative(path)}: {rule['alert']}", rule.get("annotations", {})
        if rule.get("labels", {}).get("severity") not in SEVERITIES:
            wrong.append(f"{where}: its severity is not {' or '.join(sorted(SEVERITIES))}")
        wrong += [
            f"{where}: has no {name}" for name in ("summary", "description", "runbook_url") if not notes.get(name)
        ]
        book = ROOT / notes.get("runbook_url", "missing")
        if not book.is_file():
            wrong.append(f"{where}: {notes.get('runbook_url')} is not there")
        elif rule["alert"] not in book.read_text():
            wrong.append(f"{where}: {relative(book)} does not name it")
    return wrong


def check_alert_tests() -> list[str]:
    """Every alert has a test in which it fires, and each group one in which nothing does."""
    text = "\n".join(path.read_text() for path in ALERT_TESTS)
    fired = set(re.findall(r'alertname="(\w+)"', text))
    return [
        f"{relative(path)}: {rule['alert']} is in no test of infra/alerts/tests"
        for path, rule in rules()
        if "alert" in rule and rule["alert"] not in fired
    ]


def check_limits() -> list[str]:
    """The memory limits among the rules are those of the topology."""
    stages = json.loads((INFRA / "topology.json").read_text())["stages"]
    wanted = {f"media-{stage['name']}": f"vector({stage['memoryMB'] << 20})" for stage in stages}
    stated = {
        rule["labels"]["job"]: rule["expr"] for _, rule in rules() if rule.get("record") == "media:memory_limit_bytes"
    }
    return [
        f"infra/alerts/recordings.yaml: media:memory_limit_bytes of {job} is {stated.get(job)}, not {wanted.get(job)}"
        for job in sorted(wanted.keys() | stated.keys())
        if wanted.get(job) != stated.get(job)
    ]


def recorded() -> set[str]:
    return {rule["record"] for _, rule in rules() if "record" in rule}


def series_of(metric: dict) -> set[str]:
    """The names of a metric's series in Prometheus."""
    name = metric["prometheus"]
    return {f"{name}_{part}" for part in ("bucket", "sum", "count")} if metric["kind"] == "histogram" else {name}


def check_queries(metrics: list[dict]) -> Check:
    """What is asked for is exported: by name, and by labels."""
    labels = {
        name: {a.replace(".", "_") for a in metric["attributes"]} for metric in metrics for name in series_of(metric)
    }
    known = recorded()

    def check() -> list[str]:
        wrong = []
        for where, expression in expressions():
            query = promql.parse(expression)
            allowed = set(ALWAYS)
            for selector in query.selectors:
                if selector.metric in known:
                    # Recorded from what is checked itself; its labels are those of its own rule.
                    allowed |= {label for names in labels.values() for label in names}
                    continue
                own = MADE_HERE.get(selector.metric, labels.get(selector.metric))
                if own is None:
                    wrong.append(f"{where}: no process exports {selector.metric}")
                    continue
                allowed |= own
                if strange := selector.labels - own - ALWAYS:
                    wrong.append(f"{where}: {selector.metric} has no label {', '.join(sorted(strange))}")
            if strange := query.grouped - allowed:
                wrong.append(f"{where}: nothing in it has the label {', '.join(sorted(strange))}")
        return wrong

    return check


def check_syntax(promtool: str) -> Check:
    """Every query as a rule, for promtool to read: it knows no dashboards."""

    def check() -> list[str]:
        made = [{"record": f"query:{number}", "expr": text} for number, (_, text) in enumerate(expressions())]
        places = [where for where, _ in expressions()]
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "queries.yaml"
            file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": made}]}))
            done = subprocess.run([promtool, "check", "rules", "--lint=none", file], capture_output=True, text=True)
        if done.returncode == 0:
            return []
        text = (done.stderr + done.stdout).strip()
        return [re.sub(r'"?query:(\d+)"?', lambda match: places[int(match[1])], text)]

    return check


def check_links() -> list[str]:
    """Links between runbooks, the list of them, and those that the clouds' own alarms name."""
    wrong = []
    for path in INFRA.rglob("*.tf"):
        for name in re.findall(r'runbook\w*\s*=\s*"(?:[\w/$.{}]*/)?([\w-]+\.md)"', path.read_text()):
            if not (INFRA / "runbooks" / name).is_file():
                wrong.append(f"{relative(path)}: there is no runbook {name}")
    index = (INFRA / "runbooks/README.md").read_text()
    for path in runbooks.files():
        if path.name != "README.md" and f"({path.name})" not in index:
            wrong.append(f"infra/runbooks/README.md does not list {path.name}")
        for target in re.findall(r"\]\(([^)#:]+\.md)\)", path.read_text()):
            if not (path.parent / target).is_file():
                wrong.append(f"{relative(path)}: {target} is not there")
        for script in re.findall(r"(?<![\w/])(?:infra|Tests)/[\w./-]+", path.read_text()):
            if not (ROOT / script.rstrip(".")).exists():
                wrong.append(f"{relative(path)}: {script} is not there")
    return wrong


def check_collector() -> list[str]:
    path = INFRA / "collector/collector.yaml"
    settings = read_yaml(path)
    kinds = ("receivers", "processors", "exporters")
    used: dict[str, set[str]] = {kind: set() for kind in kinds}
    wrong = []
    for name, pipeline in settings["service"]["pipelines"].items():
        for kind in kinds:
            used[kind] |= set(pipeline.get(kind, []))
            wrong += [
                f"{name}: {part} is not among the {kind}"
                for part in pipeline.get(kind, [])
                if part not in settings[kind]
            ]
        processors = pipeline.get("processors", [])
        if processors[:1] != ["memory_limiter"] or processors[-1:] != ["batch"]:
            wrong.append(f"{name}: memory_limiter must be first and batch last")
    for kind in kinds:
        wrong += [f"{part} is in no pipeline" for part in settings[kind] if part not in used[kind]]
    wrong += [
        f"{name} is no extension" for name in settings["service"]["extensions"] if name not in settings["extensions"]
    ]
    for name, exporter in settings["exporters"].items():
        for header, value in exporter.get("headers", {}).items():
            if not re.fullmatch(r"\$\{env:\w+(:-)?\}", value):
                wrong.append(f"{name}: the header {header} must come by the environment")
        if not re.fullmatch(r"\$\{env:\w+\}", exporter["endpoint"]):
            wrong.append(f"{name}: its address must come by the environment")
    return [f"{relative(path)}: {fault}" for fault in wrong]


def exported(media: str) -> list[dict]:
    """What processes export, by the program's own list."""
    done = subprocess.run([media, "metrics", "--json"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"observability: `media metrics --json` has failed; build the newest media\n{done.stderr.strip()}")
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(prog="Tests/Infrastructure/observability.py", description=__doc__)
    parser.add_argument("--media", default="media", help="the program; without one, what asks it is left out and said")
    parser.add_argument("--promtool", default="promtool", help="the program")
    arguments = parser.parse_args()
    checks: list[tuple[str, Check]] = [
        ("dashboards are whole", check_dashboards),
        ("alerts are whole, and so are their runbooks", check_alerts),
        ("every alert has a test", check_alert_tests),
        ("memory limits are the topology's", check_limits),
        ("links of runbooks lead somewhere", check_links),
        ("the collector's pipelines are whole", check_collector),
        ("queries can be read", check_syntax(arguments.promtool)),
    ]
    skipped = []
    if media := shutil.which(arguments.media):
        checks.append(("queries ask for what is exported", check_queries(exported(media))))
        checks.append(("commands of runbooks are there", lambda: runbooks.faults(media)))
    else:
        skipped = ["queries against metrics", "commands of runbooks"]
    wrong = 0
    for name, check in checks:
        faults = check()
        wrong += len(faults)
        print(f"  {'ok   ' if not faults else 'WRONG'}  {name}")
        for fault in faults:
            print(f"         {fault}")
    for name in skipped:
        print(f"  not checked: {name}: there is no program {arguments.media}; build it, or say --media PATH")
    if wrong:
        sys.exit(f"observability: {wrong} faults")


if __name__ == "__main__":
    main()
