internal import Pipeline

/// Keeps credentials until they must be renewed; one caller renews, the others wait only where they have to.
actor CredentialCache {
    /// How long before their end credentials are renewed.
    private static let refreshSeconds: Int64 = 15 * 60
    /// From here on nobody goes on with the old ones.
    private static let mandatorySeconds: Int64 = 10 * 60

    private let now: @Sendable () -> Int64
    private let load: @Sendable () async -> Result<ExpiringCredentials, Fault>
    private var held: ExpiringCredentials?
    private var refresh: Task<Result<ExpiringCredentials, Fault>, Never>?

    init(
        now: @escaping @Sendable () -> Int64,
        load: @escaping @Sendable () async -> Result<ExpiringCredentials, Fault>
    ) {
        self.now = now
        self.load = load
    }

    func credentials() async throws(Fault) -> SigningCredentials {
        let rest = held.map { $0.expirySeconds - now() } ?? 0
        if let held, rest > Self.refreshSeconds || (refresh != nil && rest > Self.mandatorySeconds) {
            return held.credentials
        }
        let task = refresh ?? Task { [load] in await load() }
        refresh = task
        let result = await task.value
        if refresh == task { refresh = nil }
        switch result {
        case .success(let fresh):
            held = fresh
            return fresh.credentials
        case .failure(let fault):
            // The source may be out for a while; what still holds is better than nothing.
            guard let held, held.expirySeconds > now() else { throw fault }
            return held.credentials
        }
    }
}
