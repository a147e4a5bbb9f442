import Synchronization

/// The signing keys of today: a key takes four hashes to make, and holds for a day.
final class SigningKeyCache: Sendable {
    /// One per service that a client speaks to; an older one makes room.
    private static let capacity = 4

    private struct Entry {
        let scope: SigningScope
        let secret: String
        let key: SigningKey
    }

    private let entries = Mutex<[Entry]>([])

    func key(_ scope: SigningScope, secret: String) -> SigningKey {
        entries.withLock { entries in
            if let known = entries.first(where: { $0.scope == scope && $0.secret == secret }) { return known.key }
            let key = SigningKey(
                secret: secret,
                day: scope.day,
                region: scope.region,
                service: scope.service,
                scheme: scope.scheme
            )
            if entries.count == Self.capacity { entries.removeFirst() }
            entries.append(Entry(scope: scope, secret: secret, key: key))
            return key
        }
    }
}
