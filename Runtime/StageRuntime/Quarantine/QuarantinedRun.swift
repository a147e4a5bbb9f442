internal import Dispatch
internal import FoundationEssentials
internal import Glibc
internal import Pipeline

/// The inside of a quarantine: reads its ticket from standard input, handles and commits that one run, and says on
/// standard output how it ended.
enum QuarantinedRun {
    private static let ticketByteCount = 4 << 20

    static func run<S: Stage>(_ stage: S, world: World, megabytes: Int) async throws(Fault) {
        limit(megabytes: megabytes)
        let watch = endWithParent()
        defer { watch.cancel() }
        let input = readAll()
        guard let ticket = try? JSONDecoder().decode(QuarantineTicket.self, from: Data(input)) else {
            throw .reject("quarantine", "standard input is no ticket: this is started by a worker, not by hand")
        }
        let verdict = await QuarantineVerdict(fault(of: ticket, stage, world))
        guard let answer = try? JSONEncoder().encode(verdict) else { throw .retry("quarantine.answer") }
        StandardStream.output.print(String(decoding: answer, as: UTF8.self))
    }

    /// Handles and commits the ticket's run.
    ///
    /// - Returns: the run's fault; nil where it has ended well.
    static func fault<S: Stage>(of ticket: QuarantineTicket, _ stage: S, _ world: World) async -> Fault? {
        do throws(Fault) {
            let bound = BoundStage(stage)
            let body = try await ClaimCheck(world).redeemed(ticket.body)
            let runs = try bound.open(body, attributes: ticket.attributes, setting: world.setting)
            guard let run = runs.first(where: { $0.key == ticket.claim.run }) else {
                throw .reject("quarantine", "the message does not ask for \(ticket.claim.run.name)")
            }
            let committer = Committer(world, stage: S.self)
            // The process outside renews the claim.
            try await Attempts(stage: bound, world: world, committer: committer).work(run, ticket.claim, ticket.lane)
            return nil
        } catch {
            return error
        }
    }

    /// Memory that no file stands behind, and no core files.
    private static func limit(megabytes: Int) {
        var memory = rlimit(rlim_cur: rlim_t(megabytes) << 20, rlim_max: rlim_t(megabytes) << 20)
        setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &memory)
        var core = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
    }

    /// A worker that was killed must not leave this behind.
    private static func endWithParent() -> any DispatchSourceTimer {
        let parent = getppid()
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "media.quarantine.parent"))
        timer.schedule(deadline: .now() + 1, repeating: 1)
        timer.setEventHandler { if getppid() != parent { _exit(1) } }
        timer.resume()
        return timer
    }

    private static func readAll() -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= ticketByteCount {
            let count = read(STDIN_FILENO, &piece, piece.count)
            guard count > 0 else { break }
            bytes += piece[..<count]
        }
        return bytes
    }
}
