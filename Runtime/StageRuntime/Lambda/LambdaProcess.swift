internal import Cloud
internal import Glibc
package import Pipeline

/// A stage's process under AWS Lambda, as a custom runtime.
package enum LambdaProcess {
    /// Serves calls until the process is told to stop.
    ///
    /// - Parameters:
    ///   - stage: what runs.
    ///   - address: of the runtime API: `AWS_LAMBDA_RUNTIME_API`.
    ///   - environment: the process's variables.
    /// - Throws: the fault of the set-up, after Lambda was told of it; the runtime API's fault.
    package static func run(
        _ stage: some Stage,
        address: String,
        environment: [String: String]
    ) async throws(Fault) {
        let api = LambdaRuntimeAPI(address: address, http: CurlHTTPClient())
        let worker = try await setUp(stage, api, environment)
        let serving = Task { () async -> Result<Void, Fault> in
            do throws(Fault) { return .success(try await worker.run()) } catch { return .failure(error) }
        }
        let signals = Signals([SIGTERM, SIGINT]) { _ in
            serving.cancel()
        } again: {
            _exit(1)
        }
        defer { signals.stop() }
        try await serving.value.get()
    }

    private static func setUp<S: Stage>(
        _ stage: S,
        _ api: LambdaRuntimeAPI,
        _ environment: [String: String]
    ) async throws(Fault) -> LambdaWorker<S> {
        do throws(Fault) {
            let wiring = try Wiring(try Settings(environment: environment), name: S.name.rawValue)
            let world = try await wiring.world(for: S.name)
            // A setting that is wrong shows at start.
            _ = try await world.catalog.statuses(of: world.tenant, ids: [], atMost: 1)
            _ = try await world.objects.list(prefix: "", after: "", atMost: 1)
            return LambdaWorker(stage: stage, world: world, api: api) { wiring.queue(arn: $0) }
        } catch {
            // The fault itself is the news: it stands in the log also where Lambda did not take it.
            try? await api.failInit(error)
            throw error
        }
    }
}

extension Wiring {
    /// The queue of an ARN, `arn:aws:sqs:<region>:<account>:<name>`; nil where it is none of this region.
    func queue(arn: String) -> (any Queue)? {
        let words = arn.split(separator: ":", omittingEmptySubsequences: false)
        guard words.count == 6, words[2] == "sqs", words[3] == aws.region else { return nil }
        return SQSQueue(
            url: "\(aws.sqs.scheme)://\(aws.sqs.authority)/\(words[4])/\(words[5])",
            caller: SQSCaller(client: client, endpoint: aws.sqs)
        )
    }
}
