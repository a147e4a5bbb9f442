import Pipeline

/// The end of the chain; writes an object.
struct ThirdStage: Stage {
    static let name: StageName = "third"
    static let revision = 1
    static let limits = StageLimits(leaseSeconds: 30, timeoutSeconds: 600, attempts: 5, concurrency: 1)
    static let sends: [StageName] = []

    let handler: Handler

    /// What it writes.
    static func found(in asset: AssetID) -> [UInt8] { Array("third of \(asset)".utf8) }

    func handle(_ input: StepAsked, in context: StageContext) async throws -> Effects {
        let object = try ObjectWrite(Self.found(in: context.asset), contentType: "text/plain", in: context)
        return Effects(objects: [object], rows: try await handler.find("third"))
    }
}
