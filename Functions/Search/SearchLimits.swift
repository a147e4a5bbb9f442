/// What one request may ask for, and how long it may take.
package struct SearchLimits: Sendable {
    package var queryCharacterCount = 500
    package var defaultHitCount = 20
    package var hitCount = 100
    package var defaultAssetCount = 50
    package var assetCount = 200
    package var defaultMomentCount = 1000
    package var momentCount = 10_000
    package var duplicateCount = 1000
    /// Past it, the search goes on by words alone.
    package var embedTimeout: Duration = .seconds(3)
    package var catalogTimeout: Duration = .seconds(10)
    package var healthTimeout: Duration = .seconds(2)
    /// How long a client may take to read a piece of an object, at most 1 MiB.
    package var writeTimeout: Duration = .seconds(60)
    package var connectionCount = 256
    package var idleTimeout: Duration = .seconds(60)

    package init() {}
}
