import Cloud
import FoundationEssentials
import Glibc
import Logging
import Pipeline
import StageRuntime

// usage: QueueBenchmark ENDPOINT CONCURRENCY MESSAGES SECONDS LANES
//
// Works until so many messages are deleted or so much time has gone by; prints one JSON line. LANES is 1 or 2.
let arguments = CommandLine.arguments.dropFirst().map { $0 }
guard arguments.count == 5, let endpoint = AWSEndpoint(url: arguments[0]), let concurrency = Int(arguments[1]),
    let wanted = Int(arguments[2]), let seconds = Double(arguments[3]), let laneCount = Int(arguments[4])
else {
    print("usage: QueueBenchmark ENDPOINT CONCURRENCY MESSAGES SECONDS LANES")
    exit(2)
}

func cpuSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
}

let http = CurlHTTPClient()
let credentials = try EnvironmentCredentialProvider(environment: [
    "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
])
let client = AWSClient(http: http, credentials: credentials, region: "us-east-1")
let caller = SQSCaller(client: client, endpoint: endpoint)
let (ends, end) = AsyncStream.makeStream(of: Void.self)
let queue = DeleteCount(SQSNamedQueue(name: "bench", caller: caller), until: wanted) { end.finish() }
let world = World(
    tenant: "default",
    bucket: "media",
    build: "bench",
    queues: { _, _ in queue },
    deadLetters: { _ in queue },
    objects: MemoryObjectStore(),
    catalog: NoOpCatalog(),
    models: MemoryModelClient(),
    digester: OpenSSLDigester(),
    now: SystemClock.unixMilliseconds,
    logger: Logger(label: "bench") { JSONLogHandler(label: $0, level: .warning) }
)
// Connected, and its name looked up, before the count begins.
_ = await queue.extend(["warm-up"], lease: .seconds(1))
let (start, cpu) = (ContinuousClock.now, cpuSeconds())
let worker = Task {
    let lanes = Array(Lane.allCases.prefix(laneCount))
    try await Worker(stage: NoOpStage(), world: world, lanes: lanes, concurrency: concurrency).run()
}
// Nothing of the benchmark's own wakes up meanwhile: a worker that waits is measured, too.
let limit = Task {
    try await Task.sleep(for: .seconds(seconds))
    end.finish()
}
for await _ in ends {}
let (count, wall, used) = (queue.count, (ContinuousClock.now - start) / .seconds(1), cpuSeconds() - cpu)
limit.cancel()
print("{\"messages\": \(count), \"wall\": \(wall), \"cpu\": \(used)}")
worker.cancel()
_ = await worker.result
