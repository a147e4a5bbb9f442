internal import Pipeline

/// Keeps credentials until they must be renewed; one caller renews, the others wait only where they have to.
actor CredentialCache: CredentialProvider {
    /// How long before their end credentials are renewed.
    private static let refreshSeconds: Int64 = 15 * 60
    /// From here on nobody goes on with the old ones while they are being renewed.
    private static let mandatorySeconds: Int64 = 10 * 60
    /// After a failure the source is left alone for so long.
    private static let quietSeconds: ClosedRange<Int64> = 30...60
    /// How long credentials count beyond their end while their source is out; drawn, so that a fleet does not ask at
    /// once.
    private static let extensionSeconds: ClosedRange<Int64> = 300...600

    private let source: any CredentialSource
    private let extendsExpired: Bool
    private let now: @Sendable () -> Int64
    private let draw: @Sendable (ClosedRange<Int64>) -> Int64
    private var held: ExpiringCredentials?
    private var quietUntilSeconds = Int64.min
    private var refresh: Task<Result<SigningCredentials, Fault>, Never>?

    init(
        _ source: any CredentialSource,
        extendsExpired: Bool = false,
        now: @escaping @Sendable () -> Int64,
        draw: @escaping @Sendable (ClosedRange<Int64>) -> Int64 = { Int64.random(in: $0) }
    ) {
        self.source = source
        self.extendsExpired = extendsExpired
        self.now = now
        self.draw = draw
    }

    func credentials() async throws(Fault) -> SigningCredentials {
        if let held {
            let rest = held.expirySeconds - now()
            let isQuiet = now() < quietUntilSeconds && (rest > 0 || extendsExpired)
            let isRenewedByAnother = refresh != nil && rest > Self.mandatorySeconds
            if rest > Self.refreshSeconds || isQuiet || isRenewedByAnother { return held.credentials }
        }
        // A task of its own: the caller may be cancelled, the others wait for the answer.
        let task = refresh ?? Task { await renew() }
        refresh = task
        return try await task.value.get()
    }

    private func renew() async -> Result<SigningCredentials, Fault> {
        defer { refresh = nil }
        do throws(Fault) {
            let fresh = try await source.load()
            held = fresh
            let rest = fresh.expirySeconds - now()
            // The source has nothing that lasts: asking again at once would bring the same.
            let pause = rest <= 0 && extendsExpired ? draw(Self.extensionSeconds) : rest / 2
            quietUntilSeconds = now() + min(pause, Self.extensionSeconds.upperBound)
            return .success(fresh.credentials)
        } catch {
            guard let held else { return .failure(error) }
            // The source may be out for a while; what still holds is better than nothing.
            let isValid = held.expirySeconds > now()
            guard isValid || (extendsExpired && error.faultClass != "reject") else { return .failure(error) }
            quietUntilSeconds = now() + draw(isValid ? Self.quietSeconds : Self.extensionSeconds)
            return .success(held.credentials)
        }
    }
}
