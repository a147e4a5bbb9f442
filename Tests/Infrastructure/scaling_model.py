"""A burst of uploads through the scaling rules of infra/aws, with the numbers of infra/topology.json.

An event simulation, the same by seed.

What is simulated, and after what:

- A stage's two queues, and workers that poll them as the code does (Worker.poll, LaneTurns, Slots): one poll at a
  time, once a slot is free; interactive first, bulk a turn every 5 s and never the last of several slots. A poll of
  the interactive queue waits 5 s where the bulk one was empty, and not at all where bulk messages wait. Where bulk has
  no room, the interactive queue is looked at every second until a bulk run ends.
- The ledger: which runs an upload of each kind needs and what they wait for (ProbeStage's plan). Publish runs once,
  when the last one has ended.
- The audit trail's chain: the commits of one tenant wait for each other (migration 0001, chain_audit).
- CloudWatch: a datapoint of each metric every `metricSeconds`, there `metric_delay_seconds` later, or
  `task_delay_seconds` where it counts tasks. A queue that was never used has none, nor have messages at work where
  there are none. Each `metricSeconds` alarms look at the newest periods, whatever is there of them, and at some more
  before them, from which FILL repeats; how many more is not published: two are assumed. The expressions are those of
  scaling.tf.
- Application Auto Scaling: where messages wait and no task is wanted, the alarm adds one, with a cooldown of its own.
  Target tracking: out after 3 datapoints above the target, in after 15 below 0.9 of it, each time to
  ceil(capacity * metric / target), with a cooldown each. Scaling in does not wait for a cooldown of scaling out, nor
  the other way round. How far target tracking goes in one step is not published: that is assumed.
- ECS on Fargate: at most 100 launches at once and 20 a second in the account, 500 a minute for a service; a task
  polls `startSeconds` after its launch. One that is to go and is busy ends its runs first (task protection), or,
  without protection, has 20 s and gives the rest back.

Not simulated: faults and retries, throttling by the services, a search load on the database.
"""

import collections
import heapq
import itertools
import json
import math
import pathlib
import random
import re
from dataclasses import dataclass, field

import metric_math

ROOT = pathlib.Path(__file__).resolve().parents[2]
INTERACTIVE, BULK = 0, 1
# LaneTurns.aging, LaneTurns.sharedWait, WorkerLimits.glance.
BULK_TURN_SECONDS, SHARED_WAIT_SECONDS, GLANCE_SECONDS = 5.0, 5.0, 1.0
RECEIVE_BATCH, RECEIVE_SECONDS = 10, 0.02
STOP_GRACE_SECONDS = 20.0
OUT_DATAPOINTS, IN_DATAPOINTS, IN_FRACTION = 3, 15, 0.9
LOOK_BACK_PERIODS = 2
LAUNCH_BURST, LAUNCH_RATE, SERVICE_LAUNCHES_PER_MINUTE = 100, 20, 500
MINIMUM_BILLED_SECONDS = 60.0
SAMPLE_SECONDS = 15.0
LIMIT_SECONDS = 7 * 86_400.0

# The runs of a kind after Probe, and what each waits for; "embed" and "match" stand once for each thing they work on.
PLANS: dict[str, dict[str, str | None]] = {
    "picture": {"scenes": None, "readtext": None, "match picture": "scenes", "embed text": "readtext"},
    "video": {
        "scenes": None, "transcribe": None, "readtext": "scenes", "match picture": "scenes", "embed text": "readtext",
        "embed speech": "transcribe", "match sound": "transcribe",
    },
    "sound": {"transcribe": None, "embed speech": "transcribe", "match sound": "transcribe"},
    "document": {"readtext": None, "embed text": "readtext"},
}  # fmt: skip
# What a run costs at these stages does not grow with the upload's length.
FIXED = {"probe", "publish"}


@dataclass(frozen=True)
class Costs:
    """What a run takes, of CPU and of waiting; from infra/capacity.json."""

    measured: dict
    assumed: dict

    def seconds(self, kind: str, stage: str, minutes: float) -> tuple[float, float]:
        """CPU seconds of a vCPU in the cloud, and seconds of waiting for storage, database and models."""
        known = self.measured["kinds"][kind]
        runs = runs_of(kind, stage)
        grows = known["minutes"] > 0 and stage not in FIXED
        times = (minutes / known["minutes"] if grows else 1.0) / runs
        slower = self.assumed["cloudCPUFactor"]
        cpu = known["stageCPUSeconds"][stage] * times * slower
        model = known["models"].get(stage, {}).get("cpuSeconds", 0.0) * times * slower
        requests = known["objectCallsByStage"].get(stage, 0.0) * times
        return cpu, model + requests * self.assumed["objectCallSeconds"] + self.assumed["runWaitSeconds"]


def runs_of(kind: str, stage: str) -> int:
    """How many runs an upload of the kind has at the stage."""
    planned = sum(name.split()[0] == stage for name in PLANS[kind])
    return planned + (stage in ("ingest", "probe", "publish"))


def read_topology(path: pathlib.Path = ROOT / "infra/topology.json") -> dict:
    return json.loads(path.read_text())


@dataclass(frozen=True)
class Alarms:
    """What scaling.tf says: the expressions, and how a stage without tasks gets its first."""

    backlog: str
    first: str
    first_periods: int
    first_is_exact: bool
    first_cooldown_periods: int


def read_alarms(path: pathlib.Path = ROOT / "infra/aws/modules/functions/scaling.tf") -> Alarms:
    text = path.read_text()
    # A local that is another for each stage has its text on a line of its own.
    each = r"(?:\{ for name, stage in local\.containers : name =>\n +)?"
    known = dict(re.findall(rf'^ +(\w+) += {each}"(.*)"$', text, re.MULTILINE))
    numbers = {"local.slot_weight[name]": "slot_weight", "stage.backlogPerTask": "target"}

    def whole(name: str) -> str:
        def put_in(found: re.Match) -> str:
            return numbers.get(found[1]) or whole(found[1].removeprefix("local.").removesuffix("[name]"))

        return re.sub(r"\$\{([^}]+)\}", put_in, known[name])

    def number(pattern: str) -> int:
        return int(re.search(pattern, text)[1])

    return Alarms(
        backlog=whole("backlog_per_task"),
        first=whole("waits_for_nobody"),
        first_periods=number(r"evaluation_periods += (\d+)"),
        first_is_exact='"ChangeInCapacity"' not in text,
        first_cooldown_periods=number(r"cooldown += (\d+) \* local\.period"),
    )


def read_costs(path: pathlib.Path = ROOT / "infra/capacity.json") -> Costs:
    known = json.loads(path.read_text())
    return Costs(known["measured"], known["assumptions"])


@dataclass(eq=False, slots=True)
class Upload:
    number: int
    kind: str
    lane: int
    minutes: float
    arrived: float
    is_burst: bool
    open: int = 0
    ended: float | None = None


@dataclass(eq=False, slots=True)
class Task:
    number: int
    launched: float
    is_running: bool = False
    is_leaving: bool = False
    bulk_polled: float = 0.0
    is_interactive_empty: bool = False
    is_bulk_empty: bool = False
    # The lane that the next poll waits for a slot of.
    waits_for: int | None = None
    # The poll's number: a later one makes it void.
    poll: int = 0
    # When the wait began that is under way, for a message or for a slot of bulk.
    waits_since: float = 0.0
    used: list[int] = field(default_factory=lambda: [0, 0])
    runs: dict[int, tuple] = field(default_factory=dict)


class Stage:
    """A service: its queues, its tasks, its alarms."""

    def __init__(self, known: dict, index: int) -> None:
        self.name: str = known["name"]
        self.index = index
        self.cpus: float = known["cpus"]
        self.memory_gb: float = known["memoryMB"] / 1024
        self.concurrency: int = known["concurrency"]
        self.minimum: int = known["minTasks"]
        self.maximum: int = known["maxTasks"]
        self.target: float = known["backlogPerTask"]
        self.queues: tuple[collections.deque, collections.deque] = (collections.deque(), collections.deque())
        self.desired = self.minimum
        self.tasks: dict[int, Task] = {}
        # Tasks whose poll of the interactive queue is under way; of them those that found the bulk queue empty, too;
        # and those that look at it every second, because bulk has no room.
        self.polling: dict[int, Task] = {}
        self.idle: dict[int, Task] = {}
        self.glancing: dict[int, Task] = {}
        self.slot_weight = self.target / max(1, self.concurrency - 1)
        # By metric, a value of each period.
        self.datapoints: dict[str, collections.deque] = collections.defaultdict(
            lambda: collections.deque(maxlen=IN_DATAPOINTS + LOOK_BACK_PERIODS)
        )
        self.is_queue_known = [False, False]
        self.first_until = self.out_until = self.in_until = -math.inf
        self.launches: collections.deque = collections.deque()
        # Figures.
        self.peak_tasks = 0
        self.peak_waiting = 0
        self.peak_models = 0
        self.model_calls = 0
        self.billed_seconds = 0.0
        self.busy_cpu_seconds = 0.0
        self.lost_seconds = 0.0
        self.lost_runs = 0
        self.full_seconds = 0.0
        self.changes: list[tuple[float, int, int]] = []
        self.runs = 0

    def waiting(self) -> int:
        return len(self.queues[INTERACTIVE]) + len(self.queues[BULK])

    def running(self) -> int:
        return sum(task.is_running for task in self.tasks.values())

    def staying(self) -> int:
        return sum(not task.is_leaving for task in self.tasks.values())

    def free(self, task: Task, lane: int) -> int:
        """How many slots the lane may take."""
        free = self.concurrency - sum(task.used)
        if lane == BULK:
            return min(free, max(1, self.concurrency - 1) - task.used[BULK])
        return free

    def wake(self, task: Task) -> None:
        """The task's poll is over."""
        task.poll += 1
        for waiting in (self.polling, self.idle, self.glancing):
            waiting.pop(task.number, None)


@dataclass(frozen=True)
class Workload:
    """What comes in: a burst at the start, and people who upload meanwhile."""

    uploads: int = 100_000
    mix: tuple[tuple[str, float], ...] = (("picture", 0.60), ("video", 0.25), ("sound", 0.10), ("document", 0.05))
    median_minutes: float = 3.0
    sigma: float = 1.0
    longest_minutes: float = 180.0
    arrival_seconds: float = 600.0
    lane: int = BULK
    interactive_per_minute: float = 6.0


@dataclass(frozen=True)
class Rules:
    """What is not in the topology."""

    metric_delay_seconds: float = 60.0
    task_delay_seconds: float = 60.0
    alarms: Alarms = field(default_factory=read_alarms)
    is_protected: bool = True
    tenants: int = 1
    vcpu_quota: float = math.inf


class Simulation:
    """One burst, from the first upload to the fewest tasks that the topology allows."""

    def __init__(self, topology: dict, costs: Costs, workload: Workload, rules: Rules, seed: int) -> None:
        self.random = random.Random(seed)
        self.costs = costs
        self.workload = workload
        self.rules = rules
        self.scaling = topology["scaling"]
        self.stages = {known["name"]: Stage(known, index) for index, known in enumerate(topology["stages"])}
        self.now = 0.0
        self.events: list[tuple] = []
        self.order = itertools.count()
        self.numbers = itertools.count()
        self.uploads: list[Upload] = []
        # Uploads that have not ended: of the burst, and all; those of the burst that are still to come count.
        self.burst_left = self.left = 0
        self.ended_twice = 0
        self.commit_free = [0.0] * rules.tenants
        self.commit_busy = 0.0
        self.tokens, self.tokens_at = float(LAUNCH_BURST), 0.0
        self.samples: list[dict] = []
        self.peak_tasks = 0
        self.peak_vcpu = 0.0
        self.drained: float | None = None

    # Events

    def at(self, time: float, what, *arguments) -> None:
        heapq.heappush(self.events, (time, next(self.order), what, arguments))

    def run(self) -> dict:
        for stage in self.stages.values():
            if stage.minimum:
                self.set_desired(stage, stage.minimum)
        self.plan_burst()
        # Datapoints are of whole periods, which the burst knows nothing of.
        first = self.random.uniform(0, self.scaling["metricSeconds"])
        self.at(first, self.measure)
        self.at(0.0, self.sample)
        while self.events:
            self.now, _, what, arguments = heapq.heappop(self.events)
            if self.now > LIMIT_SECONDS:
                break
            what(*arguments)
        for stage in self.stages.values():
            stage.billed_seconds += sum(self.now - task.launched for task in stage.tasks.values())
        return self.report()

    def plan_burst(self) -> None:
        load = self.workload
        # By quantiles and not by chance: the mix is what was asked for, whatever the seed.
        kinds = [kind for kind, share in load.mix for _ in range(round(share * load.uploads))][: load.uploads]
        kinds += [load.mix[0][0]] * (load.uploads - len(kinds))
        self.random.shuffle(kinds)
        for kind in kinds:
            self.at(self.random.uniform(0, load.arrival_seconds), self.arrive, kind, load.lane, True)
        self.burst_left = self.left = len(kinds)
        if load.interactive_per_minute > 0:
            self.at(self.random.expovariate(load.interactive_per_minute / 60), self.somebody)

    def somebody(self) -> None:
        """People upload as long as the burst is under way."""
        if self.burst_left == 0:
            return
        kinds, shares = zip(*self.workload.mix, strict=True)
        self.left += 1
        self.arrive(self.random.choices(kinds, shares)[0], INTERACTIVE, False)
        self.at(self.now + self.random.expovariate(self.workload.interactive_per_minute / 60), self.somebody)

    def arrive(self, kind: str, lane: int, is_burst: bool) -> None:
        load = self.workload
        minutes = min(load.median_minutes * math.exp(self.random.gauss(0, load.sigma)), load.longest_minutes)
        upload = Upload(len(self.uploads), kind, lane, minutes, self.now, is_burst)
        self.uploads.append(upload)
        self.send(upload, "ingest")

    # Messages

    def send(self, upload: Upload, run: str) -> None:
        stage = self.stages[run.split()[0]]
        stage.is_queue_known[upload.lane] = True
        stage.queues[upload.lane].append((upload, run))
        stage.peak_waiting = max(stage.peak_waiting, stage.waiting())
        self.hand_out(stage, upload.lane)

    def hand_out(self, stage: Stage, lane: int) -> None:
        """A message has come: who polls its queue gets it at once, and who looks at it now and then does so soon."""
        if lane == INTERACTIVE and stage.polling:
            task = next(iter(stage.polling.values()))
            stage.wake(task)
            return self.receive(stage, task, INTERACTIVE, 0.0)
        period, waiting = (GLANCE_SECONDS, stage.glancing) if lane == INTERACTIVE else (SHARED_WAIT_SECONDS, stage.idle)
        if not waiting:
            return None
        left, task = min(
            ((period - (self.now - task.waits_since) % period, task) for task in waiting.values()),
            key=lambda found: found[0],
        )
        stage.wake(task)
        return self.at(self.now + left, self.wait_over, stage, task, task.poll)

    def poll(self, stage: Stage, task: Task) -> None:
        """What the worker's loop does next."""
        task.waits_for = None
        if task.is_leaving or not task.is_running:
            return
        if stage.free(task, INTERACTIVE) == 0:
            task.waits_for = INTERACTIVE
            return
        has_room = stage.free(task, BULK) > 0
        if has_room and (task.is_interactive_empty or self.now - task.bulk_polled > BULK_TURN_SECONDS):
            task.is_interactive_empty = False
            task.bulk_polled = self.now
            return self.receive(stage, task, BULK, 0.0)
        return self.receive(stage, task, INTERACTIVE, SHARED_WAIT_SECONDS if task.is_bulk_empty else 0.0)

    def receive(self, stage: Stage, task: Task, lane: int, wait: float) -> None:
        """One call; what it brings is begun."""
        count = min(stage.free(task, lane), RECEIVE_BATCH, len(stage.queues[lane]))
        if count == 0 and wait > 0:
            task.waits_since = self.now
            stage.polling[task.number] = task
            if stage.free(task, BULK) > 0 and not stage.queues[BULK]:
                # It would go from one queue to the other until something comes: nothing to simulate.
                stage.idle[task.number] = task
            else:
                self.at(self.now + wait, self.wait_over, stage, task, task.poll)
            return
        self.note(task, lane, count)
        for _ in range(count):
            self.begin(stage, task, lane)
        if count == 0 and lane == INTERACTIVE and stage.free(task, BULK) == 0:
            # It would look every second until something comes or ends: nothing to simulate.
            task.waits_for = BULK
            task.waits_since = self.now
            stage.glancing[task.number] = task
            return
        self.at(self.now + RECEIVE_SECONDS, self.poll_again, stage, task, task.poll)

    def note(self, task: Task, lane: int, count: int) -> None:
        if lane == INTERACTIVE:
            task.is_interactive_empty = count == 0
        else:
            task.is_bulk_empty = count == 0

    def wait_over(self, stage: Stage, task: Task, poll: int) -> None:
        """A long poll has brought nothing, or it is time for another look."""
        if task.poll == poll and task.number in stage.tasks:
            stage.wake(task)
            self.note(task, INTERACTIVE, 0)
            self.poll(stage, task)

    def poll_again(self, stage: Stage, task: Task, poll: int) -> None:
        if task.poll == poll and task.number in stage.tasks:
            self.poll(stage, task)

    def begin(self, stage: Stage, task: Task, lane: int) -> None:
        upload, run = stage.queues[lane].popleft()
        cpu, wait = self.costs.seconds(upload.kind, stage.name, upload.minutes)
        spread = math.exp(self.random.gauss(0, 0.2))
        cpu *= spread
        parallel = min(self.costs.assumed["parallelism"].get(stage.name, 1.0), stage.cpus)
        alone = wait + cpu / parallel
        # With all slots in use the CPU is shared.
        seconds = max(alone, cpu * stage.concurrency / stage.cpus if stage.concurrency > 1 else 0.0)
        number = next(self.numbers)
        task.used[lane] += 1
        task.runs[number] = (upload, run, lane, self.now, cpu)
        if self.costs.measured["kinds"][upload.kind]["models"].get(stage.name):
            stage.model_calls += 1
            stage.peak_models = max(stage.peak_models, stage.model_calls)
        self.at(self.now + seconds, self.commit, stage, task, number)

    def commit(self, stage: Stage, task: Task, number: int) -> None:
        """The run's transaction: its turn in the tenant's audit chain."""
        if number not in task.runs:
            return
        tenant = task.runs[number][0].number % self.rules.tenants
        hold = self.costs.assumed["auditHoldSeconds"]
        begins = max(self.now, self.commit_free[tenant])
        self.commit_free[tenant] = begins + hold
        self.commit_busy += hold
        self.at(begins + hold, self.end, stage, task, number)

    def end(self, stage: Stage, task: Task, number: int) -> None:
        known = task.runs.pop(number, None)
        if known is None:
            return  # was broken off
        upload, run, lane, _, cpu = known
        stage.runs += 1
        stage.busy_cpu_seconds += cpu
        task.used[lane] -= 1
        if self.costs.measured["kinds"][upload.kind]["models"].get(stage.name):
            stage.model_calls -= 1
        self.follow(upload, run)
        if task.is_leaving:
            if not task.runs:
                self.stop(stage, task)
        elif task.waits_for is not None and stage.free(task, task.waits_for) > 0:
            stage.wake(task)
            self.poll(stage, task)

    def follow(self, upload: Upload, run: str) -> None:
        """What a run's end sets off."""
        if run == "ingest":
            return self.send(upload, "probe")
        plan = PLANS[upload.kind]
        if run == "publish":
            self.ended_twice += upload.ended is not None
            upload.ended = self.now
            self.left -= 1
            self.burst_left -= upload.is_burst
            if self.burst_left == 0 and self.drained is None:
                self.drained = self.now
            return None
        if run == "probe":
            upload.open = len(plan)
        else:
            upload.open -= 1
        for name, after in plan.items():
            if after == (None if run == "probe" else run):
                self.send(upload, name)
        if run != "probe" and upload.open == 0:
            self.send(upload, "publish")
        return None

    # Scaling

    def measure(self) -> None:
        """A datapoint of every service; and the alarms look at what is there of those before."""
        for stage in self.stages.values():
            self.note_datapoints(stage)
            self.evaluate(stage)
            if stage.desired >= stage.maximum and stage.waiting() > stage.target * stage.maximum:
                stage.full_seconds += self.scaling["metricSeconds"]
        if not self.is_idle():
            self.at(self.now + self.scaling["metricSeconds"], self.measure)

    def note_datapoints(self, stage: Stage) -> None:
        running = stage.running()
        for lane, letter in ((INTERACTIVE, "i"), (BULK, "b")):
            # Who polls uses it.
            stage.is_queue_known[lane] |= running > 0
            waiting = len(stage.queues[lane]) if stage.is_queue_known[lane] else None
            stage.datapoints[f"waiting_{letter}"].append(waiting)
            busy = sum(task.used[lane] for task in stage.tasks.values())
            stage.datapoints[f"busy_{letter}"].append(busy or None)
        stage.datapoints["running"].append(running)
        stage.datapoints["desired"].append(stage.desired)

    def is_idle(self) -> bool:
        """Nothing is left to do and nothing runs."""
        if self.left:
            return False
        return all(
            not stage.waiting() and stage.desired == stage.minimum and len(stage.tasks) == stage.minimum
            for stage in self.stages.values()
        )

    def seen(self, stage: Stage, expression: str, tasks: str, periods: int) -> list[float]:
        """What an alarm of so many periods decides by; tasks: the metric of that id."""
        known = {name: stage.datapoints[name] for name in ("waiting_i", "waiting_b", "busy_i", "busy_b")}
        metrics = {name: self.there(values, self.rules.metric_delay_seconds, periods) for name, values in known.items()}
        metrics["tasks"] = self.there(stage.datapoints[tasks], self.rules.task_delay_seconds, periods)
        values = metric_math.evaluate(expression, metrics, slot_weight=stage.slot_weight, target=stage.target)
        return metric_math.newest(values, periods)

    def there(self, values: collections.deque, delay: float, periods: int) -> list[float | None]:
        """The newest periods and some before, without what is still to come."""
        late = min(math.ceil(delay / self.scaling["metricSeconds"]), len(values))
        shown = [*list(values)[: len(values) - late], *[None] * late]
        return shown[-(periods + LOOK_BACK_PERIODS) :]

    def evaluate(self, stage: Stage) -> None:
        """The alarms of a service: the first task's, then those of target tracking."""
        alarms, seconds = self.rules.alarms, self.scaling["metricSeconds"]
        if self.now >= stage.first_until and max(self.seen(stage, alarms.first, "desired", alarms.first_periods)) > 0:
            if self.scale(stage, 1 if alarms.first_is_exact else stage.desired + 1):
                stage.first_until = self.now + alarms.first_cooldown_periods * seconds
        recent = self.seen(stage, alarms.backlog, "running", OUT_DATAPOINTS)
        wanted = math.ceil(stage.desired * recent[-1] / stage.target) if recent else stage.desired
        if len(recent) == OUT_DATAPOINTS and min(recent) > stage.target:
            if self.now >= stage.out_until and self.scale(stage, max(wanted, stage.desired)):
                stage.out_until = self.now + self.scaling["outCooldownSeconds"]
            return
        recent = self.seen(stage, alarms.backlog, "running", IN_DATAPOINTS)
        if len(recent) == IN_DATAPOINTS and max(recent) < IN_FRACTION * stage.target and self.now >= stage.in_until:
            if self.scale(stage, min(wanted, stage.desired)):
                stage.in_until = self.now + self.scaling["inCooldownSeconds"]

    def scale(self, stage: Stage, wanted: int) -> bool:
        wanted = min(max(wanted, stage.minimum), stage.maximum)
        if wanted == stage.desired:
            return False
        stage.changes.append((self.now, stage.desired, wanted))
        self.set_desired(stage, wanted)
        return True

    def set_desired(self, stage: Stage, wanted: int) -> None:
        stage.desired = wanted
        surplus = stage.staying() - wanted
        if surplus > 0:
            self.shrink(stage, surplus)
        else:
            self.launch(stage)

    def launch(self, stage: Stage) -> None:
        """As many tasks as are wanted and as may be launched now; the others a second later."""
        missing = stage.desired - stage.staying()
        if missing <= 0:
            return
        self.tokens = min(LAUNCH_BURST, self.tokens + (self.now - self.tokens_at) * LAUNCH_RATE)
        self.tokens_at = self.now
        while stage.launches and stage.launches[0] <= self.now - 60:
            stage.launches.popleft()
        in_use = sum(other.cpus * len(other.tasks) for other in self.stages.values())
        room = (self.rules.vcpu_quota - in_use) / stage.cpus
        count = int(min(missing, self.tokens, SERVICE_LAUNCHES_PER_MINUTE - len(stage.launches), max(room, 0)))
        for _ in range(count):
            task = Task(next(self.numbers), self.now)
            stage.tasks[task.number] = task
            stage.launches.append(self.now)
            spread = self.random.uniform(0.8, 1.4)
            self.at(self.now + self.scaling["startSeconds"] * spread, self.started, stage, task)
        self.tokens -= count
        self.note_peaks(stage)
        if count < missing:
            self.at(self.now + 1.0, self.launch, stage)

    def note_peaks(self, stage: Stage) -> None:
        stage.peak_tasks = max(stage.peak_tasks, len(stage.tasks))
        self.peak_tasks = max(self.peak_tasks, sum(len(other.tasks) for other in self.stages.values()))
        self.peak_vcpu = max(self.peak_vcpu, sum(other.cpus * len(other.tasks) for other in self.stages.values()))

    def started(self, stage: Stage, task: Task) -> None:
        if task.number not in stage.tasks:
            return
        task.is_running = True
        task.bulk_polled = self.now
        self.poll(stage, task)

    def shrink(self, stage: Stage, surplus: int) -> None:
        """What is idle goes first where runs are protected; without protection ECS does not know."""
        staying = [task for task in stage.tasks.values() if not task.is_leaving]
        if self.rules.is_protected:
            staying.sort(key=lambda task: len(task.runs))
        else:
            self.random.shuffle(staying)
        for task in staying[:surplus]:
            task.is_leaving = True
            stage.wake(task)
            if not task.runs:
                self.stop(stage, task)
            elif not self.rules.is_protected:
                self.at(self.now + STOP_GRACE_SECONDS, self.break_off, stage, task)

    def break_off(self, stage: Stage, task: Task) -> None:
        """The grace is over: what still runs is given back and begins anew elsewhere."""
        broken, task.runs = task.runs, {}
        for upload, run, _, began, _ in broken.values():
            stage.lost_seconds += self.now - began
            stage.lost_runs += 1
            self.send(upload, run)
            if self.costs.measured["kinds"][upload.kind]["models"].get(stage.name):
                stage.model_calls -= 1
        if task.number in stage.tasks:
            self.stop(stage, task)

    def stop(self, stage: Stage, task: Task) -> None:
        del stage.tasks[task.number]
        stage.wake(task)
        stage.billed_seconds += max(self.now - task.launched, MINIMUM_BILLED_SECONDS)

    # Figures

    def sample(self) -> None:
        self.samples.append({
            "time": self.now,
            "waiting": [stage.waiting() for stage in self.stages.values()],
            "running": [stage.running() for stage in self.stages.values()],
            "desired": [stage.desired for stage in self.stages.values()],
        })  # fmt: skip
        if not self.is_idle():
            self.at(self.now + SAMPLE_SECONDS, self.sample)

    def report(self) -> dict:
        ended = [upload for upload in self.uploads if upload.ended is not None]
        latencies = {
            lane: sorted(upload.ended - upload.arrived for upload in ended if upload.lane == lane)
            for lane in (INTERACTIVE, BULK)
        }
        stages = {stage.name: self.stage_report(stage) for stage in self.stages.values()}
        fewest = [stage.minimum for stage in self.stages.values()]
        above = [
            sample["time"]
            for sample in self.samples
            if any(
                max(counts) > least for *counts, least in zip(sample["running"], sample["desired"], fewest, strict=True)
            )
        ]
        return {
            "uploads": len(self.uploads),
            "ended": len(ended),
            "endedTwice": self.ended_twice,
            "drainMinutes": minutes(self.drained),
            "restMinutes": minutes(above[-1] + SAMPLE_SECONDS if above else 0.0),
            "peakTasks": self.peak_tasks,
            "peakVCPU": self.peak_vcpu,
            "taskHours": round(sum(stage["taskHours"] for stage in stages.values()), 2),
            "vCPUHours": round(sum(stage["vCPUHours"] for stage in stages.values()), 2),
            "gbHours": round(sum(stage["gbHours"] for stage in stages.values()), 2),
            "busyFraction": round(
                sum(stage.busy_cpu_seconds for stage in self.stages.values())
                / max(1e-9, sum(stage.billed_seconds * stage.cpus for stage in self.stages.values())),
                3,
            ),
            "lostRuns": sum(stage.lost_runs for stage in self.stages.values()),
            "lostHours": round(sum(stage.lost_seconds for stage in self.stages.values()) / 3600, 2),
            "commitFraction": round(self.commit_busy / self.rules.tenants / max(self.drained or 1.0, 1.0), 3),
            "interactiveSeconds": quantiles(latencies[INTERACTIVE]),
            "bulkSeconds": quantiles(latencies[BULK]),
            "stages": stages,
        }

    def stage_report(self, stage: Stage) -> dict:
        hours = stage.billed_seconds / 3600
        return {
            "runs": stage.runs,
            "peakTasks": stage.peak_tasks,
            "peakWaiting": stage.peak_waiting,
            "peakModelCalls": stage.peak_models,
            "taskHours": round(hours, 2),
            "vCPUHours": round(hours * stage.cpus, 2),
            "gbHours": round(hours * stage.memory_gb, 2),
            "atMaximumMinutes": round(stage.full_seconds / 60, 1),
            "changes": len(stage.changes),
            "flaps": flaps(stage.changes),
            "busyFraction": round(stage.busy_cpu_seconds / max(1e-9, stage.billed_seconds * stage.cpus), 3),
        }


def flaps(changes: list[tuple[float, int, int]], within: float = 1800.0) -> int:
    """How often a service grew again within half an hour after it had shrunk."""
    count = 0
    for (before, was, became), (time, from_count, to_count) in itertools.pairwise(changes):
        count += became < was and to_count > from_count and time - before < within
    return count


def minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)


def quantiles(values: list[float]) -> dict[str, float] | None:
    if not values:
        return None
    at = lambda part: round(values[min(len(values) - 1, math.ceil(part * len(values)) - 1)], 1)  # noqa: E731
    return {"count": len(values), "p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": round(values[-1], 1)}
