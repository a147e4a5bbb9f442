"""What one message costs the runtime, against a boto3 consumer at the same stub of SQS.

Three parts: messages per CPU second, at calls that take 0 and 20 ms; messages per second at 20 ms, against what the
connections used allow; and the CPU of a worker whose queue is empty. The floor beside them is the same calls in C with
libcurl and nothing else: no signature, no JSON, no digest, no handler.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys

import stub

CPU_GOAL = 20.0
WALL_GOAL = 0.9
IDLE_GOAL_PERCENT = 0.2
BATCH = 10
DELAY_MILLISECONDS = 20
CONCURRENCY = 160
IDLE_SECONDS = 30
LIMIT_SECONDS = 120
# So many that a run takes a few seconds.
OURS = {0: 100_000, DELAY_MILLISECONDS: 24_000}
PEER = {0: 6_000, DELAY_MILLISECONDS: 1_000}
PEER_THREADED = 6_000
FLOOR = {0: 40_000, DELAY_MILLISECONDS: 1_000}


def run(command: list[object]) -> dict:
    words = [str(word) for word in command]
    return json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout)


class Bench:
    def __init__(self, server: stub.Stub, binary: pathlib.Path, concurrency: int) -> None:
        self.server, self.binary, self.concurrency = server, binary, concurrency
        self.python, self.c = stub.python(), stub.floor()

    def ours(self, delay: int) -> dict:
        before = self.begin(delay)
        found = run([self.binary, self.server.endpoint, self.concurrency, OURS[delay], LIMIT_SECONDS, 1])
        return self.end(found, before)

    def peer(self, delay: int, threads: int, messages: int) -> dict:
        before = self.begin(delay)
        found = run([self.python, stub.HERE / "boto3_consumer.py", self.server.endpoint, threads, messages])
        return self.end(found, before)

    def floor(self, delay: int) -> dict:
        before = self.begin(delay)
        return self.end(run([self.c, self.server.endpoint, FLOOR[delay]]), before)

    def idle(self, lanes: int) -> float:
        """Percent of a core that a worker takes whose queues stay empty; with two lanes it asks every second."""
        self.server.set(messages=0)
        found = run([self.binary, self.server.endpoint, self.concurrency, 1, IDLE_SECONDS, lanes])
        return found["cpu"] / found["wall"] * 100

    def begin(self, delay: int) -> dict:
        self.server.set(delay_milliseconds=delay)
        return self.server.counts()

    def end(self, found: dict, before: dict) -> dict:
        counts = self.server.counts()
        if counts["doubled"] or counts["deleted"] < found["messages"]:
            sys.exit(f"deleted {counts['deleted']}, {counts['doubled']} of them again, of {found['messages']}")
        found["per_cpu"] = found["messages"] / found["cpu"]
        found["per_second"] = found["messages"] / found["wall"]
        found["connections"] = counts["connections"]
        found["at_once"] = counts["most_calls_at_once"]
        found["server_load"] = (counts["cpu"] - before["cpu"]) / found["wall"]
        return found


def median(rounds: list[dict], name: str) -> float:
    return statistics.median(each[name] for each in rounds)


def show(name: str, rounds: list[dict]) -> None:
    print(
        f"  {name:24} {median(rounds, 'per_cpu'):10.0f} per CPU s {median(rounds, 'per_second'):10.0f} per s"
        f" {median(rounds, 'connections'):4.0f} connections   server {median(rounds, 'server_load'):.0%} of a core",
        flush=True,
    )


def cpu_part(bench: Bench, rounds: int) -> dict:
    found = {}
    for delay in (0, DELAY_MILLISECONDS):
        ours, peer, floor = [], [], []
        for _ in range(rounds):
            ours.append(bench.ours(delay))
            peer.append(bench.peer(delay, 1, PEER[delay]))
            floor.append(bench.floor(delay))
        print(f"calls that take {delay} ms, {rounds} rounds, medians")
        show("ours", ours)
        show("boto3, one thread", peer)
        show("C and libcurl alone", floor)
        per_cpu = {name: median(of, "per_cpu") for name, of in (("ours", ours), ("peer", peer), ("floor", floor))}
        found[delay] = per_cpu | {"ratio": per_cpu["ours"] / per_cpu["peer"]}
        print(
            f"  messages per CPU second, ours to boto3's: {found[delay]['ratio']:.1f} (goal {CPU_GOAL:g});"
            f" the floor's to boto3's: {per_cpu['floor'] / per_cpu['peer']:.1f}",
            flush=True,
        )
    return found


def wall_part(bench: Bench, rounds: int) -> dict:
    ours, peer = [], []
    for _ in range(rounds):
        ours.append(bench.ours(DELAY_MILLISECONDS))
        peer.append(bench.peer(DELAY_MILLISECONDS, ours[-1]["connections"], PEER_THREADED))
    for each in ours:
        # A batch needs one call to receive and one to delete it.
        each["ideal"] = each["connections"] * BATCH / (2 * DELAY_MILLISECONDS / 1000)
        each["of_ideal"] = each["per_second"] / each["ideal"]
    print(f"throughput at calls that take {DELAY_MILLISECONDS} ms, {rounds} rounds, medians")
    show("ours", ours)
    show("boto3, as many threads", peer)
    found = {
        "ours": median(ours, "per_second"),
        "peer": median(peer, "per_second"),
        "floor": median(ours, "ideal"),
        "ratio": median(ours, "of_ideal"),
        "connections": median(ours, "connections"),
        "calls_at_once": median(ours, "at_once"),
    }
    allowed = f"of what {found['connections']:.0f} connections allow"
    print(f"  {allowed}: {found['ratio']:.2f} (goal {WALL_GOAL})", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="Tests/Benchmarks/run queue", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="of each, taking turns (default 7)")
    parser.add_argument("--part", choices=["cpu", "wall", "idle", "all"], default="all")
    parser.add_argument("--concurrency", type=int, default=CONCURRENCY, help=f"runs at once (default {CONCURRENCY})")
    parser.add_argument("--binary", type=pathlib.Path, help="a QueueBenchmark that is built already")
    arguments = parser.parse_args()
    binary = arguments.binary or stub.build("QueueBenchmark")
    result = {"bench": "queue", "goal": CPU_GOAL, "rounds": arguments.rounds}
    missed = []
    with stub.running() as server:
        bench = Bench(server, binary, arguments.concurrency)
        if arguments.part in ("cpu", "all"):
            cpu = cpu_part(bench, arguments.rounds)
            result |= cpu[0]
            result["cpu_delayed"] = cpu[DELAY_MILLISECONDS]
            missed += [f"CPU at {delay} ms" for delay, each in cpu.items() if each["ratio"] < CPU_GOAL]
        if arguments.part in ("wall", "all"):
            result["wall"] = wall_part(bench, arguments.rounds)
            missed += ["throughput"] if result["wall"]["ratio"] < WALL_GOAL else []
        if arguments.part in ("idle", "all"):
            idle = [bench.idle(lanes) for lanes in (1, 2)]
            result |= {"idle_percent": max(idle), "idle_percent_one_lane": idle[0]}
            print(f"idle for {IDLE_SECONDS} s: {idle[0]:.3f} % of a core with one lane, {idle[1]:.3f} % with two lanes")
            missed += ["idle CPU"] if max(idle) >= IDLE_GOAL_PERCENT else []
    result["missed"] = missed
    print(json.dumps(result))
    sys.exit(1 if missed else 0)


main()
