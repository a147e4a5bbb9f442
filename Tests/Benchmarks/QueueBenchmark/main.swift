import Cloud
import FoundationEssentials
import Glibc
import Logging
import Pipeline
import StageRuntime

// usage: QueueBenchmark ENDPOINT CONCURRENCY MESSAGES SECONDS
//
// Works until so many messages are deleted or so much time has gone by; prints one JSON line.
let arguments = CommandLine.arguments.dropFirst().map { $0 }
guard arguments.count == 4, let endpoint = AWSEndpoint(url: arguments[0]), let concurrency = Int(arguments[1]),
    let wanted = Int(arguments[2]), let seconds = Double(arguments[3])
else {
    print("usage: QueueBenchmark ENDPOINT CONCURRENCY MESSAGES SECONDS")
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
let queue = DeleteCount(SQSNamedQueue(name: "bench", caller: caller), until: wanted)
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
    await Worker(stage: NoOpStage(), world: world, lanes: [.interactive], concurrency: concurrency).run()
}
let limit = start + .seconds(seconds)
while queue.ended == nil, ContinuousClock.now < limit { try await Task.sleep(for: .milliseconds(20)) }
let (count, used) = (queue.count, cpuSeconds() - cpu)
let wall = ((queue.ended ?? .now) - start) / .seconds(1)
print("{\"messages\": \(count), \"wall\": \(wall), \"cpu\": \(used)}")
worker.cancel()
await worker.value
