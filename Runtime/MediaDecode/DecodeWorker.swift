import Pipeline

/// Holds a reader's libav state, on a thread that may block.
actor DecodeWorker {
    private let executor = DecodeExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let source: any ByteSource
    private let limits: MediaLimits
    private var container: Container?

    init(_ source: any ByteSource, _ limits: MediaLimits) {
        self.source = source
        self.limits = limits
    }

    func open() throws(Fault) -> MediaFacts {
        let container = try Container(BlockCache(source), limits)
        self.container = container
        return try container.facts()
    }
}
