#!/usr/bin/env python3
"""What must hold of the simulated scaling. Run it, or `python3 -m unittest Tests/Infrastructure/scaling_test.py`."""

import dataclasses
import heapq
import itertools
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from scaling_model import (
    BULK,
    IN_DATAPOINTS,
    INTERACTIVE,
    LOOK_BACK_PERIODS,
    PLANS,
    ROOT,
    Alarms,
    Rules,
    Simulation,
    Stage,
    Task,
    Upload,
    Workload,
    flaps,
    quantiles,
    read_costs,
    read_topology,
)

TOPOLOGY, COSTS = read_topology(), read_costs()
RULES = Rules()
SMALL = Workload(uploads=2_000, arrival_seconds=60, interactive_per_minute=0)


def simulate(workload: Workload = SMALL, rules: Rules = RULES, seed: int = 1) -> tuple[Simulation, dict]:
    simulation = Simulation(TOPOLOGY, COSTS, workload, rules, seed)
    return simulation, simulation.run()


class ScalingTests(unittest.TestCase):
    def test_every_upload_ends_once_however_workers_are_stopped(self) -> None:
        for is_protected in (True, False):
            with self.subTest(is_protected=is_protected):
                _, report = simulate(rules=Rules(is_protected=is_protected))
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

    def test_all_goes_back_to_the_fewest_tasks(self) -> None:
        simulation, report = simulate()
        fewest = [stage["minTasks"] for stage in TOPOLOGY["stages"]]
        self.assertEqual(simulation.samples[-1]["desired"], fewest)
        self.assertEqual(simulation.samples[-1]["running"], fewest)
        self.assertGreater(report["restMinutes"], report["drainMinutes"])

    def test_a_task_that_never_goes_is_paid_for_all_the_time(self) -> None:
        simulation, report = simulate()
        self.assertEqual(TOPOLOGY["stages"][-1]["minTasks"], 1)
        self.assertGreaterEqual(report["stages"]["publish"]["taskHours"], report["restMinutes"] / 60 - 0.01)

    def test_messages_that_wait_for_nobody_start_one_task_and_not_another_at_once(self) -> None:
        for queue_delay, task_delay in itertools.product((0, 60, 120), (0, 60, 120, 180)):
            with self.subTest(queue_delay=queue_delay, task_delay=task_delay):
                simulation, stage = self.stage("scenes", queue_delay, task_delay)
                self.pass_minutes(simulation, stage, 20)
                self.assertEqual(stage.desired, 0)
                self.wait(stage, 3)
                self.pass_minutes(simulation, stage, 1 + queue_delay // 60)
                self.assertEqual(stage.desired, 1)
                self.pass_minutes(simulation, stage, 20, starts=True)
                self.assertEqual((stage.desired, len(stage.changes)), (1, 1))

    def test_no_task_is_lost_by_a_count_of_tasks_that_comes_late_or_not_at_all(self) -> None:
        for task_delay in (60, 120, 180, 24 * 3600):
            with self.subTest(task_delay=task_delay):
                simulation, stage = self.stage("scenes", 0, task_delay, tasks=60)
                self.wait(stage, round(60 * stage.target))
                self.pass_minutes(simulation, stage, 120)
                self.assertTrue(all(became > was for _, was, became in stage.changes), stage.changes)

    def test_a_stage_grows_by_metrics_that_come_late(self) -> None:
        for queue_delay, task_delay in itertools.product((0, 60, 120), (0, 60, 120, 180)):
            with self.subTest(queue_delay=queue_delay, task_delay=task_delay):
                simulation, stage = self.stage("scenes", queue_delay, task_delay, tasks=1)
                self.pass_minutes(simulation, stage, 10)
                self.wait(stage, 300)
                self.pass_minutes(simulation, stage, 5)
                self.assertEqual(stage.desired, 10)

    def test_a_stage_with_nothing_to_do_goes_to_none(self) -> None:
        for task_delay in (0, 60, 180):
            simulation, stage = self.stage("scenes", 60, task_delay, tasks=4)
            self.pass_minutes(simulation, stage, IN_DATAPOINTS + 2 * LOOK_BACK_PERIODS)
            self.assertEqual(stage.desired, 0)

    def test_late_metrics_filled_with_zero_would_have_been_seen_here(self) -> None:
        """The rules as they were: each of the tests above finds a fault in them."""
        old = Alarms(
            backlog="IF(FILL(tasks, 0) > 0, (FILL(waiting_i, 0) + FILL(waiting_b, 0)"
            " + (FILL(busy_i, 0) + FILL(busy_b, 0)) * slot_weight) / FILL(tasks, 1), 0)",
            first="IF(FILL(tasks, 0) < 1, FILL(waiting_i, 0) + FILL(waiting_b, 0), 0)",
            first_periods=1,
            first_is_exact=True,
            first_cooldown_periods=3,
        )
        # The newest minute is always 0: nothing starts.
        simulation, stage = self.stage("scenes", 60, 60, alarms=old)
        self.wait(stage, 5_000)
        self.pass_minutes(simulation, stage, 120)
        self.assertEqual(stage.desired, 0)
        # Nor does anything grow.
        simulation, stage = self.stage("scenes", 60, 60, tasks=1, alarms=old)
        self.wait(stage, 5_000)
        self.pass_minutes(simulation, stage, 120)
        self.assertEqual(stage.desired, 1)
        # Where what waits is there before the tasks are, they seem to be none: of 60 one is left.
        simulation, stage = self.stage("scenes", 0, 60, tasks=60, alarms=old)
        self.wait(stage, 5_000)
        self.pass_minutes(simulation, stage, 1)
        self.assertEqual(stage.desired, 1)
        # And with no delay at all the first task is taken away before it is seen to run.
        simulation, stage = self.stage("scenes", 0, 0, alarms=old)
        self.pass_minutes(simulation, stage, 20)
        self.wait(stage, 3)
        self.pass_minutes(simulation, stage, 1)
        self.assertEqual([(was, became) for _, was, became in stage.changes], [(0, 1), (1, 0)])

    def stage(
        self, name: str, queue_delay: float, task_delay: float, tasks: int = 0, alarms: Alarms = RULES.alarms
    ) -> tuple[Simulation, Stage]:
        """A stage alone, with idle tasks: what waits is not taken."""
        rules = Rules(metric_delay_seconds=queue_delay, task_delay_seconds=task_delay, alarms=alarms)
        simulation = Simulation(TOPOLOGY, COSTS, SMALL, rules, 1)
        stage = simulation.stages[name]
        stage.desired = tasks
        stage.tasks = {number: Task(number, 0.0, is_running=True) for number in range(tasks)}
        return simulation, stage

    def wait(self, stage: Stage, count: int) -> None:
        stage.is_queue_known[INTERACTIVE] = True
        stage.queues[INTERACTIVE].extend([None] * count)

    def pass_minutes(self, simulation: Simulation, stage: Stage, count: int, starts: bool = False) -> None:
        for _ in range(count):
            simulation.now += TOPOLOGY["scaling"]["metricSeconds"]
            simulation.note_datapoints(stage)
            simulation.evaluate(stage)
            if starts:
                for task in stage.tasks.values():
                    task.is_running = True

    def test_the_measured_value_is_what_terraform_says(self) -> None:
        """Two tasks of two slots, of which bulk has one; one is busy, three messages wait: (3 + 1 * target / 1) / 2."""
        simulation, stage = self.stage("transcribe", 0, 0, tasks=2)
        sound = Upload(0, "sound", BULK, 1.0, 0.0, True)
        stage.queues[BULK].extend([(sound, "transcribe")] * 4)
        simulation.begin(stage, stage.tasks[0], BULK)
        simulation.note_datapoints(stage)
        self.assertEqual(simulation.seen(stage, RULES.alarms.backlog, "running", 3)[-1], (3 + stage.target) / 2)
        written = (ROOT / "infra/aws/modules/functions/scaling.tf").read_text()
        for rule in (
            "stage.backlogPerTask / max(1, stage.concurrency - 1)",
            'metric_name = "RunningTaskCount"',
            "expression = local.backlog_per_task[each.key]",
            'metric_name = "DesiredTaskCount"',
            "expression = local.waits_for_nobody",
        ):
            self.assertIn(" ".join(rule.split()), " ".join(written.split()))

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
        one = Simulation(TOPOLOGY, slow, load, RULES, 1).run()
        self.assertGreaterEqual(one["drainMinutes"] * 60 + 3, runs * 0.5)
        many = Simulation(TOPOLOGY, slow, load, Rules(tenants=16), 1).run()
        self.assertLess(many["drainMinutes"], one["drainMinutes"])

    def test_no_more_vcpus_than_the_account_has(self) -> None:
        _, report = simulate(rules=Rules(vcpu_quota=20))
        self.assertLessEqual(report["peakVCPU"], 20)
        self.assertEqual(report["ended"], 2_000)

    def test_bulk_work_is_not_held_up_by_watching_the_other_queue(self) -> None:
        """One worker of each stage: in bulk it has a slot less, and loses nothing else."""
        alone = TOPOLOGY | {
            "stages": [stage | {"minTasks": 1, "maxTasks": 1, "concurrency": 1} for stage in TOPOLOGY["stages"]]
        }
        load = dataclasses.replace(SMALL, uploads=300, mix=(("document", 1.0),), arrival_seconds=1)
        bulk, people = (
            Simulation(alone, COSTS, dataclasses.replace(load, lane=lane), RULES, 1).run()
            for lane in (BULK, INTERACTIVE)
        )
        self.assertLess(bulk["drainMinutes"], people["drainMinutes"] * 1.1 + 0.5)

    def test_where_bulk_has_no_room_people_wait_a_second_at_most(self) -> None:
        for came_after in (0.3, 1.7, 2.95):
            with self.subTest(came_after=came_after):
                simulation, stage, task = self.busy_with_bulk()
                theirs = Upload(9, "video", INTERACTIVE, 60.0, 0.0, False)
                simulation.at(came_after, simulation.send, theirs, "readtext")
                self.go_on(simulation, until=came_after + 1.0)
                self.assertEqual(task.used, [1, 1])

    def test_bulk_goes_on_as_soon_as_a_slot_is_free(self) -> None:
        simulation, stage, task = self.busy_with_bulk()
        self.go_on(simulation, until=0.5)
        number = next(iter(task.runs))
        simulation.end(stage, task, number)
        self.assertEqual(task.used, [0, 1])
        self.assertNotIn(number, task.runs)

    def busy_with_bulk(self) -> tuple[Simulation, Stage, Task]:
        """A task of ReadText with its two slots, of which bulk may have one."""
        simulation = Simulation(TOPOLOGY, COSTS, SMALL, RULES, 1)
        stage = simulation.stages["readtext"]
        self.assertEqual(stage.concurrency, 2)
        task = stage.tasks[1] = Task(1, 0.0)
        long = Upload(0, "video", BULK, 60.0, 0.0, True)
        stage.queues[BULK].extend([(long, "readtext")] * 3)
        simulation.started(stage, task)
        return simulation, stage, task

    def go_on(self, simulation: Simulation, until: float) -> None:
        while simulation.events and simulation.events[0][0] <= until:
            simulation.now, _, what, known = heapq.heappop(simulation.events)
            what(*known)
        simulation.now = until

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
