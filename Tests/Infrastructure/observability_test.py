"""What the checks of dashboards and runbooks read out of queries and commands."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import observability
import promql
import runbooks

METRICS = [
    {"prometheus": "media_lease_lost_total", "kind": "counter", "attributes": ["media.stage"]},
    {"prometheus": "media_message_age_seconds", "kind": "histogram", "attributes": ["media.stage"]},
]


class QueryTests(unittest.TestCase):
    def test_selectors_and_groups(self) -> None:
        query = promql.parse(
            'histogram_quantile(0.95, sum by (media_stage, le) (rate(a_bucket{x="by (y)", z!~"5.."}[5m] offset 1h)))'
            " / on (job) group_left () b:c > 1.5e3 unless max without (instance) (d)"
        )
        self.assertEqual(
            {(s.metric, s.labels) for s in query.selectors},
            {("a_bucket", frozenset("xz")), ("b:c", frozenset()), ("d", frozenset())},
        )
        self.assertEqual(query.grouped, {"media_stage", "le", "job", "instance"})

    def test_durations_and_numbers_are_no_metrics(self) -> None:
        query = promql.parse("topk(3, rate(a[1h30m])) + vector(1) * 0x1f - Inf and on () b offset 5m")
        self.assertEqual({s.metric for s in query.selectors}, {"a", "b"})

    def test_an_aggregation_with_its_groups_behind_it(self) -> None:
        query = promql.parse("sum(rate(a[5m])) by (b)")
        self.assertEqual([s.metric for s in query.selectors], ["a"])
        self.assertEqual(query.grouped, {"b"})


class ExportedTests(unittest.TestCase):
    def faults(self, *expressions: str) -> list[str]:
        original = observability.expressions
        observability.expressions = lambda: iter([("here", text) for text in expressions])
        try:
            return observability.check_queries(METRICS)()
        finally:
            observability.expressions = original

    def test_what_is_exported_may_be_asked_for(self) -> None:
        self.assertEqual(
            self.faults(
                "sum by (media_stage) (rate(media_lease_lost_total[5m]))",
                'sum by (le) (rate(media_message_age_seconds_bucket{media_stage="a", job="b"}[5m]))',
            ),
            [],
        )

    def test_what_is_not_exported_is_found(self) -> None:
        self.assertEqual(len(self.faults("media_lease_lost")), 1)
        self.assertEqual(len(self.faults("media_message_age_seconds")), 1)
        self.assertEqual(len(self.faults('media_lease_lost_total{media_lane="bulk"}')), 1)
        self.assertEqual(len(self.faults("sum by (media_model) (media_lease_lost_total)")), 1)


class CommandTests(unittest.TestCase):
    def setUp(self) -> None:
        helps = {
            (): runbooks.Help(frozenset({"dlq", "put"}), frozenset({"--help"}), frozenset()),
            ("dlq",): runbooks.Help(frozenset({"list", "drop"}), frozenset({"--help"}), frozenset()),
            ("dlq", "list"): runbooks.Help(frozenset(), frozenset({"--stage", "--json"}), frozenset({"--stage"})),
            ("dlq", "drop"): runbooks.Help(frozenset(), frozenset({"--yes"}), frozenset()),
            ("put",): runbooks.Help(frozenset(), frozenset({"--bulk"}), frozenset()),
        }
        self.original = runbooks.help_of
        runbooks.help_of = lambda media, *path: helps.get(path)

    def tearDown(self) -> None:
        runbooks.help_of = self.original

    def fault(self, line: str) -> str | None:
        return runbooks.fault("media", runbooks.Command("here", runbooks.words(line)[1:], True))

    def test_commands_that_are_there(self) -> None:
        for line in [
            "media put FILE --bulk",
            "media dlq list --stage STAGE --json | jq .",
            "media dlq --json",
            'media put "A FILE" > out',
        ]:
            self.assertIsNone(self.fault(line), line)

    def test_commands_that_are_not(self) -> None:
        for line in [
            "media rerun A",
            "media dlq retry X",
            "media put --wait FILE",
            "media dlq list --stage",
            "media dlq drop X --stage A",
        ]:
            self.assertIsNotNone(self.fault(line), line)


if __name__ == "__main__":
    unittest.main()
