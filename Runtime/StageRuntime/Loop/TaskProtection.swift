package import Cloud
internal import FoundationEssentials
package import Logging
internal import Pipeline

/// Asks ECS not to choose this task when it takes tasks away, as long as it is at work: a run of hours would begin anew
/// elsewhere.
///
/// Source: Amazon ECS developer guide, "Task scale-in protection endpoint".
package actor TaskProtection {
    private static let expiry: Duration = .seconds(600)
    private static let renewal: Duration = .seconds(300)
    /// Work that comes one after the other is one piece of work.
    private static let idleLimit: Duration = .seconds(30)
    private static let answerByteCount = 64 << 10

    private let url: String
    private let http: any HTTPClient
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private var protectedSince: ContinuousClock.Instant?
    private var busyUntil: ContinuousClock.Instant?

    /// The protection that the agent of this machine gives: `ECS_AGENT_URI`.
    ///
    /// - Returns: nil outside ECS.
    package static func named(
        in environment: [String: String],
        http: any HTTPClient,
        logger: Logger
    ) -> TaskProtection? {
        guard let agent = environment["ECS_AGENT_URI"], !agent.isEmpty else { return nil }
        return TaskProtection(agent: agent, http: http, logger: logger)
    }

    init(
        agent: String,
        http: any HTTPClient,
        logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        url = "\(agent)/task-protection/v1/state"
        self.http = http
        self.logger = logger
        self.now = now
    }

    /// Tells whether there is work now; to be called every few seconds. An agent that does not answer changes nothing:
    /// a task that is taken away gives its messages back.
    package func update(isBusy: Bool) async {
        let now = now()
        if isBusy { busyUntil = now }
        if isBusy, protectedSince.map({ now - $0 >= Self.renewal }) ?? true {
            if await set(true) { protectedSince = now }
        } else if !isBusy, protectedSince != nil, busyUntil.map({ now - $0 >= Self.idleLimit }) ?? true {
            if await set(false) { protectedSince = nil }
        }
    }

    private struct State: Encodable {
        let ProtectionEnabled: Bool
        let ExpiresInMinutes: Int?
    }

    private struct Outcome: Decodable {
        struct Protection: Decodable { let ProtectionEnabled: Bool }
        let protection: Protection?
    }

    private func set(_ isProtected: Bool) async -> Bool {
        let minutes = isProtected ? Int(Self.expiry / .seconds(60)) : nil
        do {
            let body = try JSONEncoder().encode(State(ProtectionEnabled: isProtected, ExpiresInMinutes: minutes))
            let request = HTTPRequest(
                method: "PUT",
                url: url,
                headers: ["Content-Type": "application/json"],
                body: [UInt8](body),
                timeout: .total(.seconds(5))
            )
            let response = try await http.send(request)
            let answer = try await response.body.collect(atMost: Self.answerByteCount)
            // A refusal of ECS's comes with 200, too.
            let outcome = try? JSONDecoder().decode(Outcome.self, from: Data(answer))
            guard response.status == 200, outcome?.protection?.ProtectionEnabled == isProtected else {
                let text = String(decoding: answer.prefix(300), as: UTF8.self)
                let facts: Logger.Metadata = ["status": "\(response.status)", "text": "\(text)"]
                logger.warning("task protection was refused", metadata: facts)
                return false
            }
            return true
        } catch {
            logger.warning("task protection could not be set", metadata: ["fault": "\(error)"])
            return false
        }
    }
}
