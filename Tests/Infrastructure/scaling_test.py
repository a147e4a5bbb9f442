#!/usr/bin/env python3
"""What must hold of the simulated scaling. Run it, or `python3 -m unittest Tests/Infrastructure/scaling_test.py`."""

import dataclasses
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from scaling_model import (
    BULK,
    INTERACTIVE,
    PLANS,
    Rules,
    Simulation,
    Workload,
    flaps,
    quantiles,
    read_costs,
    read_topology,
)

TOPOLOGY, COSTS = read_topology(), read_costs()
PROMPT = Rules(polls="prompt")
SMALL = Workload(uploads=2_000, arrival_seconds=60, interactive_per_minute=0)


def simulate(workload: Workload = SMALL, rules: Rules = PROMPT, seed: int = 1) -> tuple[Simulation, dict]:
    simulation = Simulation(TOPOLOGY, COSTS, workload, rules, seed)
    return simulation, simulation.run()


class ScalingTests(unittest.TestCase):
    def test_every_upload_ends_once_however_workers_poll_and_are_stopped(self) -> None:
        for polls in ("code", "prompt"):
            for is_protected in (True, False):
                with self.subTest(polls=polls, is_protected=is_protected):
                    _, report = simulate(rules=Rules(polls=polls, is_protected=is_protected))
                    self.assertEqual((report["uploads"], report["ended"], report["endedTwice"]), (2_000, 2_000, 0))

    def test_every_run_of_the_plan_is_done_and_no_other(self) -> None:
        simulation, report = simulate()
        for name, stage in report["stages"].items():
            always = name in ("ingest", "probe", "publish")
            wanted = sum(
                always + sum(run.split()[0] == name for run in PLANS[upload.kind]) for upload in simulation.uploads
            )
            self.assertEqual(stage["runs"], wanted, name)

    def test_the_mix_is_what_was_asked_for(self) -> None:
        simulation, _ = simulate()
        for kind, share in SMALL.mix:
            count = sum(upload.kind == kind for upload in simulation.uploads)
            self.assertEqual(count, round(share * SMALL.uploads))

    def test_no_service_is_ever_wanted_larger_than_its_most_tasks(self) -> None:
        simulation, _ = simulate()
        most = [stage["maxTasks"] for stage in TOPOLOGY["stages"]]
        for sample in simulation.samples:
            for wanted, running, limit in zip(sample["desired"], sample["running"], most, strict=True):
                self.assertLessEqual(wanted, limit)
                # Those that still end their last run after they were told to go come on top.
                self.assertLessEqual(running, 2 * limit)

    def test_all_goes_back_to_no_task(self) -> None:
        simulation, report = simulate()
        self.assertEqual(sum(simulation.samples[-1]["desired"]) + sum(simulation.samples[-1]["running"]), 0)
        self.assertGreater(report["zeroMinutes"], report["drainMinutes"])

    def test_a_seed_gives_the_same_figures_and_another_gives_others(self) -> None:
        self.assertEqual(simulate(seed=7)[1], simulate(seed=7)[1])
        self.assertNotEqual(simulate(seed=7)[1], simulate(seed=8)[1])

    def test_a_small_burst_of_people_waits_for_cold_starts_and_no_longer(self) -> None:
        load = dataclasses.replace(
            SMALL, uploads=20, mix=(("picture", 1.0),), arrival_seconds=1, lane=INTERACTIVE, sigma=0.0
        )
        _, report = simulate(load)
        # Ingest, Probe, then Scenes beside ReadText, Match or Embed, Publish: each is started when something waits.
        start = TOPOLOGY["scaling"]["metricSeconds"] + Rules().metric_delay_seconds
        start += 1.4 * TOPOLOGY["scaling"]["startSeconds"]
        self.assertLess(report["interactiveSeconds"]["max"], 5 * start + 120)
        self.assertGreater(report["interactiveSeconds"]["p50"], TOPOLOGY["scaling"]["startSeconds"])

    def test_people_are_not_kept_waiting_by_a_burst_in_the_other_lane(self) -> None:
        load = dataclasses.replace(SMALL, uploads=5_000, mix=(("picture", 1.0),), interactive_per_minute=6)
        _, report = simulate(load)
        self.assertLess(report["interactiveSeconds"]["p50"], report["bulkSeconds"]["p50"])

    def test_protected_tasks_lose_no_work(self) -> None:
        self.assertEqual(simulate()[1]["lostRuns"], 0)

    def test_commits_of_one_tenant_wait_for_each_other(self) -> None:
        slow = dataclasses.replace(COSTS, assumed=COSTS.assumed | {"auditHoldSeconds": 0.5})
        load = dataclasses.replace(SMALL, uploads=500, mix=(("document", 1.0),))
        runs = 5 * load.uploads
        one = Simulation(TOPOLOGY, slow, load, PROMPT, 1).run()
        self.assertGreaterEqual(one["drainMinutes"] * 60 + 3, runs * 0.5)
        many = Simulation(TOPOLOGY, slow, load, Rules(polls="prompt", tenants=16), 1).run()
        self.assertLess(many["drainMinutes"], one["drainMinutes"])

    def test_no_more_vcpus_than_the_account_has(self) -> None:
        _, report = simulate(rules=Rules(polls="prompt", vcpu_quota=20))
        self.assertLessEqual(report["peakVCPU"], 20)
        self.assertEqual(report["ended"], 2_000)

    def test_as_the_code_polls_a_worker_begins_three_bulk_runs_in_five_seconds(self) -> None:
        """As measured: 59 texts in 8 s from the interactive queue, and in 296 s from the other one."""
        alone = TOPOLOGY | {"stages": [stage | {"maxTasks": 1} for stage in TOPOLOGY["stages"]]}
        load = dataclasses.replace(SMALL, uploads=300, mix=(("picture", 1.0),), arrival_seconds=1)
        slow, fast = (Simulation(alone, COSTS, load, Rules(polls=polls), 1).run() for polls in ("code", "prompt"))
        # Scenes has one slot: 5 s for each run, besides its own time.
        self.assertGreater(slow["drainMinutes"] * 60, load.uploads * 5)
        self.assertLess(fast["drainMinutes"], slow["drainMinutes"] / 2)

    def test_growing_soon_after_shrinking_counts_as_flapping(self) -> None:
        self.assertEqual(flaps([(0, 0, 4), (100, 4, 2), (200, 2, 4), (4_000, 4, 0), (9_000, 0, 1)]), 1)

    def test_quantiles_are_values_that_occurred(self) -> None:
        found = quantiles([float(value) for value in range(1, 101)])
        self.assertEqual((found["p50"], found["p95"], found["max"]), (50.0, 95.0, 100.0))
        self.assertIsNone(quantiles([]))

    def test_lanes_are_told_apart(self) -> None:
        load = dataclasses.replace(SMALL, interactive_per_minute=6)
        simulation, report = simulate(load)
        self.assertEqual(report["bulkSeconds"]["count"], 2_000)
        self.assertEqual({upload.lane for upload in simulation.uploads}, {INTERACTIVE, BULK})


if __name__ == "__main__":
    unittest.main()
