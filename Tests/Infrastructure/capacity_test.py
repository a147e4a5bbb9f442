#!/usr/bin/env python3
"""The arithmetic of infra/capacity by hand, and that infra/capacity.md says what it computes."""

import copy
import importlib.machinery
import importlib.util
import json
import pathlib
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Infrastructure"))
import scaling_model

loader = importlib.machinery.SourceFileLoader("capacity", str(ROOT / "infra/capacity"))
spec = importlib.util.spec_from_loader("capacity", loader)
capacity = importlib.util.module_from_spec(spec)
loader.exec_module(capacity)

INPUTS = json.loads((ROOT / "infra/capacity.json").read_text())
TOPOLOGY = json.loads((ROOT / "infra/topology.json").read_text())


def plain(**assumed: float) -> "capacity.Capacity":
    """Pictures only, with round figures."""
    inputs = copy.deepcopy(INPUTS)
    inputs["mix"] = {"picture": 1.0}
    inputs["assumptions"] |= {
        "cloudCPUFactor": 2.0,
        "utilisation": 0.5,
        "peakToMean": 3.0,
        "auditHoldSeconds": 0.004,
    } | assumed
    inputs["assumptions"] |= {"objectCallSeconds": 0.1, "runWaitSeconds": 0.1, "parallelism": {}, "daysPerMonth": 30.0}
    known = inputs["measured"]["kinds"]["picture"]
    known["stageCPUSeconds"] = dict.fromkeys(known["stageCPUSeconds"], 0.5)
    known["objectCallsByStage"] = {"scenes": 4.0}
    known["models"] = {"readtext": {"calls": 1, "cpuSeconds": 0.75}}
    known["objectCalls"] = {"GET": 6.0, "HEAD": 2.0, "PUT": 3.0, "DELETE": 5.0}
    known["queueCalls"] = {"SendMessageBatch": 7.0, "ReceiveMessage": 8.0}
    known["rows"] = dict.fromkeys(known["rows"], 0.0) | {"assets": 1.0, "audit": 8.0, "vectors": 2.0}
    known["databaseCPUSeconds"] = 0.01
    inputs["measured"]["bytesPerRow"] |= {"assets": 1_000.0, "audit": 250.0}
    inputs["measured"]["bytesPerVector"] = {"row": 2_000.0, "graph": 1_500.0}
    return capacity.Capacity(inputs, copy.deepcopy(TOPOLOGY))


class CapacityTests(unittest.TestCase):
    def test_the_document_has_the_tables_that_are_computed(self) -> None:
        done = subprocess.run([ROOT / "infra/capacity", "--check"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_check_sees_a_wrong_figure(self) -> None:
        text = capacity.DOCUMENT.read_text()
        known = capacity.load()
        self.assertEqual(capacity.filled(text, known), text)
        known.prices["sqsMillionRequests"] *= 10
        self.assertNotEqual(capacity.filled(text, known), text)

    def test_runs_are_those_of_the_simulation_and_of_the_topology(self) -> None:
        stages = {stage["name"] for stage in TOPOLOGY["stages"]}
        for kind, runs in capacity.RUNS.items():
            self.assertLessEqual(set(runs), stages)
            for stage in stages:
                self.assertEqual(runs.get(stage, 0), scaling_model.runs_of(kind, stage), f"{kind} at {stage}")

    def test_ledger_rows_measured_are_the_runs_planned(self) -> None:
        for kind, known in INPUTS["measured"]["kinds"].items():
            # Ingest and Publish have a row in the ledger, too, or have not: not more than one each.
            self.assertAlmostEqual(known["rows"]["stage_runs"], sum(capacity.RUNS[kind].values()), delta=2)
            self.assertEqual(known["rows"]["assets"], 1)

    def test_the_mix_is_whole(self) -> None:
        self.assertAlmostEqual(sum(INPUTS["mix"].values()), 1.0)

    def test_the_mean_length_is_above_the_median(self) -> None:
        # exp(1 / 2) = 1.6487
        known = plain(medianMinutes=3.0, sigmaOfLogMinutes=1.0)
        self.assertAlmostEqual(known.mean_minutes(), 4.9462, places=3)

    def test_cpu_of_the_cloud(self) -> None:
        self.assertEqual(plain().stage_cpu("picture", "scenes"), 1.0)  # 0.5 s x 2
        self.assertEqual(plain().model_cpu("picture"), 1.5)  # 0.75 s x 2

    def test_a_slot_is_taken_by_work_models_calls_and_waits(self) -> None:
        # 1 s of CPU + 4 calls of 0.1 s + one run's 0.1 s + 4 ms in the audit chain
        self.assertAlmostEqual(plain().slot_seconds("picture", "scenes"), 1.504)
        # 1 s of CPU + 1.5 s of models + 0.104 s
        self.assertAlmostEqual(plain().slot_seconds("picture", "readtext"), 2.604)
        self.assertEqual(plain().slot_seconds("picture", "transcribe"), 0.0)

    def test_tasks_are_for_the_cpu_or_the_slots_whichever_is_more(self) -> None:
        known = plain()
        known.stages["scenes"] |= {"cpus": 2, "concurrency": 1}
        # 864,000 a day are 10 a second; slots: 10 x 1.504 / 1 / 0.5 = 30.08; CPU: 10 x 1 / 2 / 0.5 = 10
        self.assertAlmostEqual(known.tasks("scenes", 864_000, False), 30.08)
        self.assertEqual(known.task_count("scenes", 864_000, False), 31)
        self.assertAlmostEqual(known.tasks("scenes", 864_000, True), 90.24)
        known.stages["scenes"] |= {"cpus": 0.25, "concurrency": 4}
        # CPU: 10 x 1 / 0.25 / 0.5 = 80
        self.assertAlmostEqual(known.tasks("scenes", 864_000, False), 80.0)

    def test_one_task_stays_where_uploads_come_before_it_would_go(self) -> None:
        known = plain()
        known.scaling["metricSeconds"] = 60
        # It goes 15 min after the last message: 100 uploads a day come every 14.4 min, 90 every 16.
        self.assertEqual(known.task_count("publish", 100, False), 1)
        self.assertLess(known.tasks("publish", 90, False), 1)

    def test_requests(self) -> None:
        known = plain(writesOfUpload=1)
        self.assertEqual(known.queue_requests("picture"), 15)
        self.assertEqual(known.object_requests("picture"), (8.0, 4.0))  # deletions are free; the upload is a write
        # 86,400,000 a day x 3 at the peak = 3,000 a second, x 8 reads
        self.assertAlmostEqual(known.peak_rate(lambda kind: known.object_requests(kind)[0], 86_400_000), 24_000)

    def test_the_database_grows_by_rows_and_by_the_graph(self) -> None:
        known = plain(monthsKept=12, databaseStorageSlack=1.5)
        # 1,000 + 8 x 250 + 2 x (2,000 + 1,500)
        self.assertEqual(known.database_bytes("picture"), 10_000)
        # 1,000 a day x 30 x 12 x 10,000 B x 1.5
        self.assertAlmostEqual(known.database_size(1_000), 5.4e9)
        self.assertEqual(known.vectors(1_000), 720_000)
        self.assertEqual(known.graph_size(1_000), 1_080_000_000)

    def test_databases_are_as_many_as_the_scarcest_need_asks_for(self) -> None:
        known = plain(monthsKept=12, memoryForGraph=0.5)
        largest = known.prices["database"] | {"mostCores": 100, "gbPerCore": 10}
        known.prices["database"] = largest
        # 1 million a day: 1.08 TB of graph; a database has 100 x 10 GB x 0.5
        self.assertEqual(known.databases(1_000_000)["graph"], 3)

    def test_money(self) -> None:
        known = plain()
        cost = known.cost(1_000_000)
        price = known.prices
        # 30 million a month: 8 reads and 4 writes each
        wanted = 30e6 * (4 * price["s3WriteThousand"] + 8 * price["s3ReadThousand"]) / 1000
        self.assertAlmostEqual(cost["object requests"], wanted)
        # 15 requests each, and the polls that bring nothing
        self.assertGreater(cost["queue requests"], 30 * 15 * price["sqsMillionRequests"])
        stage = known.stages["publish"]
        hour = stage["cpus"] * price["fargateVCPUHour"] + stage["memoryMB"] / 1024 * price["fargateGBHour"]
        others = sum(
            known.tasks(name, 1_000_000, False)
            * (other["cpus"] * price["fargateVCPUHour"] + other["memoryMB"] / 1024 * price["fargateGBHour"])
            for name, other in known.stages.items()
            if name != "publish"
        )
        self.assertAlmostEqual(cost["workers"], 730 * (others + known.tasks("publish", 1_000_000, False) * hour))

    def test_connections_follow_the_slots_up_to_the_pool(self) -> None:
        known = plain(connectionsPerWorker=4)
        wanted = sum(
            known.task_count(name, 1_000_000, True) * min(stage["concurrency"] + 1, 4)
            for name, stage in known.stages.items()
        )
        self.assertEqual(known.connections(1_000_000), wanted)

    def test_every_quota_has_a_limit_and_an_answer(self) -> None:
        known = capacity.load()
        uses = capacity.quota_uses(known)
        self.assertEqual(set(uses), set(known.quotas))
        for quota in known.quotas.values():
            self.assertGreater(quota["limit"], 0)
            self.assertTrue(quota["answer"])

    def test_more_uploads_never_need_less(self) -> None:
        known = capacity.load()
        for used in capacity.quota_uses(known).values():
            self.assertEqual(used, sorted(used))
        totals = [sum(known.cost(volume).values()) for volume in capacity.VOLUMES]
        self.assertEqual(totals, sorted(totals))

    def test_figures_are_short(self) -> None:
        shown = [capacity.figure(value) for value in (0, 0.0123, 12.34, 1_234, 1_234_567, 2.5e12)]
        self.assertEqual(shown, ["0", "0.0123", "12.3", "1,234", "1.23 M", "2.5 T"])
        self.assertEqual([capacity.size(value) for value in (12, 1_500, 2.5e12)], ["12 B", "1.5 kB", "2.5 TB"])


if __name__ == "__main__":
    unittest.main()
