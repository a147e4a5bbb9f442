import ArgumentParser
import Inference
import Pipeline
import StageRuntime

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks what the pipeline stands on, and says what is wrong and how to mend it.",
        discussion: """
            Settings, credentials, bucket and its notification, queues, database, models, clock. It changes nothing, but \
            for --write: an object under payloads/doctor/ that is removed again. Ends with 1 where something is wrong.
            """
    )

    @Flag(name: .long, help: "Try to write to the bucket, too.")
    var write = false
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let findings = await findings()
        if output.json {
            try output.print(json: findings)
        } else {
            for finding in findings { StandardStream.output.print(finding.line) }
        }
        guard !findings.contains(where: { $0.state == .bad }) else { throw ExitCode(1) }
    }

    private func findings() async -> [Finding] {
        let session: Session
        let topology: Topology
        do {
            session = try Session()
            topology = try Topology(Topology.file())
        } catch {
            return [.bad("settings", "\(error)", remedy: "README, Settings, has what each must be")]
        }
        let settings = session.settings
        let service = settings.queue.system == "gcp_pubsub" ? "Pub/Sub" : "SQS"
        let place =
            "bucket \(settings.bucket), queues \(settings.queuePrefix)-* of \(service), tenant \(settings.tenant)"
        var findings = [Finding.good("settings", place)]
        findings += await StorageCheck(session: session, writes: write).findings()
        findings += await QueueCheck(session: session, topology: topology).findings()
        findings += await DatabaseCheck(session: session).findings()
        findings += await ModelCheck(session: session, topology: topology).findings()
        return findings
    }
}
