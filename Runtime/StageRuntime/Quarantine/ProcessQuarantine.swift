internal import FoundationEssentials
internal import Glibc
package import Pipeline

/// Quarantine in a process of its own: this program again, for one run, with a limit on its memory.
package struct ProcessQuarantine: Quarantine {
    package static let argument = "--quarantine"
    /// MB of memory that a process in quarantine may take.
    package static let memorySetting = "MEDIA_QUARANTINE_MEMORY_MB"
    private static let defaultMegabytes = 2048
    private static let answerByteCount = 64 << 10

    private let program: String
    let megabytes: Int

    /// Makes a quarantine of this program.
    ///
    /// - Parameter environment: of the process.
    /// - Throws: reject, where the limit is no number.
    package init(environment: [String: String]) throws(Fault) {
        program = "/proc/self/exe"
        guard let text = environment[Self.memorySetting] else {
            megabytes = Self.defaultMegabytes
            return
        }
        guard let megabytes = Int(text), megabytes >= 64 else {
            throw .reject("settings", "\(Self.memorySetting) is \(text), not a number of megabytes from 64 on")
        }
        self.megabytes = megabytes
    }

    package func run(_ delivery: Delivery, _ claim: Claim, lane: Lane) async throws(Fault) {
        let ticket: Data
        do { ticket = try JSONEncoder().encode(QuarantineTicket(delivery, claim, lane)) } catch {
            throw .retry("quarantine", underlying: error)
        }
        let input = try ScratchDescriptor([UInt8](ticket))
        let output = try ScratchDescriptor([])
        let child = try ChildProcess(program, [Self.argument], input: input.number, output: output.number)
        let status = await withTaskCancellationHandler {
            await child.wait()
        } onCancel: {
            child.kill()
        }
        if Task.isCancelled { throw .retry("quarantine", underlying: CancellationError()) }
        let answer = output.read(atMost: Self.answerByteCount)
        if status == .exited(0), let verdict = try? JSONDecoder().decode(QuarantineVerdict.self, from: Data(answer)) {
            if let fault = verdict.fault { throw fault }
            return
        }
        // Not the message's doing: it could not start, or the whole group of processes was told to stop.
        if status.isOrderly { throw .retry("quarantine", underlying: QuarantinedError(description: "it \(status)")) }
        let stage = claim.run.name.stage
        throw .reject(
            "quarantine",
            "\(stage) has ended its process twice over this message; alone, with \(megabytes) MB, it \(status)"
        )
    }
}
