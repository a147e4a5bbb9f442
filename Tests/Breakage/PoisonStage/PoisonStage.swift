import Glibc
import Pipeline

/// Does what its message says, good or bad: the subject of `Tests/Breakage/poison`.
struct PoisonStage: Stage {
    static let name: StageName = "poison"
    static let revision = 1
    static let limits = StageLimits(leaseSeconds: 10, timeoutSeconds: 20, attempts: 4, concurrency: 4)
    static let sends: [StageName] = []

    private static let work: Duration = .milliseconds(300)
    private static let pieceByteCount = 16 << 20
    private static let pageByteCount = 4096

    func handle(_ order: PoisonOrder, in context: StageContext) async throws -> Effects {
        switch order.harm {
        case .none: try await Task.sleep(for: Self.work)
        case .abort: abort()
        case .memory: takeMemory()
        case .hang: keepThread()
        }
        return Effects.none
    }

    private func takeMemory() -> Never {
        while true {
            let piece = UnsafeMutableRawPointer.allocate(byteCount: Self.pieceByteCount, alignment: 16)
            // Memory that nobody has touched is not there yet.
            for offset in stride(from: 0, to: Self.pieceByteCount, by: Self.pageByteCount) {
                piece.storeBytes(of: 1, toByteOffset: offset, as: UInt8.self)
            }
        }
    }

    private func keepThread() -> Never {
        while true { sleep(1) }
    }
}
