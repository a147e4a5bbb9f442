import Foundation
import Pipeline
import Postgres
import StageRuntime
import Synchronization

/// Keeps the components alive: one that ends is started again, and so are the servers that they stand on.
final class Supervisor: Sendable {
    private let stack: LocalStack
    private let components: [Component]
    private let environment: [String: String]
    private let provisioner: Provisioner
    private let programs: String
    private let processes = Mutex<[String: ChildProcess]>([:])
    private let isStopping = Mutex(false)

    /// A component that lives so long was well; a shorter life makes the pause before the next start longer.
    private static let healthyLife: Duration = .seconds(10)
    private static let pauses: ClosedRange<Duration> = .milliseconds(200) ... .seconds(5)
    private static let checkPeriod: Duration = .seconds(2)
    private static let grace: Duration = .seconds(25)

    init(
        stack: LocalStack,
        components: [Component],
        environment: [String: String],
        provisioner: Provisioner
    ) {
        self.provisioner = provisioner
        self.stack = stack
        self.components = components
        self.environment = environment
        programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
    }

    func run() async throws {
        try FileManager.default.createDirectory(
            atPath: "\(stack.folder)/workers",
            withIntermediateDirectories: true
        )
        await withTaskGroup { group in
            for component in components { group.addTask { await self.keep(component) } }
            group.addTask { await self.keepServers() }
        }
    }

    /// Ends all components: they get the time that they give their runs.
    func stop() async {
        isStopping.withLock { $0 = true }
        let running = processes.withLock { Array($0.values) }
        for process in running { kill(process.id, SIGTERM) }
        let end = ContinuousClock.now + Self.grace
        while !processes.withLock(\.isEmpty), ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(50))
        }
        for process in processes.withLock({ Array($0.values) }) { kill(process.id, SIGKILL) }
    }

    private var goesOn: Bool { !isStopping.withLock { $0 } }

    private func keep(_ component: Component) async {
        endOrphan(component)
        var pause = Self.pauses.lowerBound
        while goesOn {
            let start = ContinuousClock.now
            do { try await live(component) } catch { note(component, "can't be started: \(error)") }
            guard goesOn else { return }
            let wasHealthy = ContinuousClock.now - start > Self.healthyLife
            pause = wasHealthy ? Self.pauses.lowerBound : min(pause * 2, Self.pauses.upperBound)
            note(component, "ended; starts again in \(pause)")
            try? await Task.sleep(for: pause)
        }
    }

    /// Ends what a supervisor that was killed has left behind.
    private func endOrphan(_ component: Component) {
        guard let orphan = LocalStack.runningProcess(stack.pidFile(component.name), named: "media-\(component.name)")
        else {
            return
        }
        note(component, "ran without a supervisor: \(orphan) is stopped")
        kill(orphan, SIGTERM)
    }

    /// One life of a component, from its start to its end.
    private func live(_ component: Component) async throws {
        let log = try logDescriptor(component)
        defer { close(log) }
        let process = try ChildProcess(
            "\(programs)/media-\(component.name)",
            component.arguments,
            environment: environment,
            output: log,
            errors: log,
            ownSession: true
        )
        processes.withLock { $0[component.name] = process }
        // A stop that came before the process was known has not reached it.
        if !goesOn { kill(process.id, SIGTERM) }
        try? Data("\(process.id)\n".utf8)
            .write(to: URL(fileURLWithPath: stack.pidFile(component.name)), options: .atomic)
        _ = await process.wait()
        processes.withLock { $0[component.name] = nil }
    }

    private func logDescriptor(_ component: Component) throws -> Int32 {
        let path = stack.logFile(component.name)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure("\(path): \(String(cString: strerror(errno)))") }
        return descriptor
    }

    private func keepServers() async {
        guard let url = environment["DATABASE_URL"] else { return }
        var settings = PostgresSettings(url: url)
        settings.connectLimit = .seconds(3)
        var mustProvision = false
        while goesOn {
            try? await Task.sleep(for: Self.checkPeriod)
            var ended = stack.endedServers
            // What they were told is lost with them, or is as it was at their last orderly end.
            mustProvision = mustProvision || !ended.isEmpty
            if (try? await PostgresConnection.connect(settings)) == nil { ended.append("the database") }
            guard goesOn else { return }
            if !ended.isEmpty {
                let names = ended.joined(separator: ", ")
                StandardStream.error.print("ended or does not answer: \(names); starting the stack again")
                guard (try? await stack.run("start")) != nil else { continue }
            }
            if mustProvision { mustProvision = await !hasProvisioned() }
        }
    }

    /// Makes the queues again that ended with their server, and all else that is missing.
    private func hasProvisioned() async -> Bool {
        do {
            try await provisioner.provision()
            return true
        } catch {
            StandardStream.error.print("queues and bucket can't be made again: \(error)")
            return false
        }
    }

    private func note(_ component: Component, _ message: String) {
        StandardStream.error.print("media-\(component.name) \(message)")
    }
}
