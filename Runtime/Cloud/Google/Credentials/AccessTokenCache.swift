internal import Pipeline

/// Keeps an access token until it must be renewed; one caller renews, the others wait only where they have to.
actor AccessTokenCache {
    /// The metadata server gives out no other token before the last one has less than about 5 min left.
    private static let refreshSeconds: Int64 = 225
    /// From here on nobody goes on with the old one.
    private static let mandatorySeconds: Int64 = 60

    private let now: @Sendable () -> Int64
    private let load: @Sendable () async -> Result<AccessToken, Fault>
    private var held: AccessToken?
    private var refresh: Task<Result<AccessToken, Fault>, Never>?

    init(now: @escaping @Sendable () -> Int64, load: @escaping @Sendable () async -> Result<AccessToken, Fault>) {
        self.now = now
        self.load = load
    }

    func accessToken() async throws(Fault) -> String {
        let rest = held.map { $0.expirySeconds - now() } ?? 0
        if let held, rest > Self.refreshSeconds || (refresh != nil && rest > Self.mandatorySeconds) {
            return held.value
        }
        let task = refresh ?? Task { [load] in await load() }
        refresh = task
        let result = await task.value
        if refresh == task { refresh = nil }
        switch result {
        case .success(let fresh):
            held = fresh
            return fresh.value
        case .failure(let fault):
            // The source may be out for a while; what still holds is better than nothing.
            guard let held, held.expirySeconds > now() else { throw fault }
            return held.value
        }
    }
}
