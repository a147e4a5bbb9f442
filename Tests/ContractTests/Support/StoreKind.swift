import Cloud
import Foundation
import Pipeline

/// The object stores that must behave alike.
enum StoreKind: CaseIterable {
    case memory
    case s3

    /// A new, empty bucket.
    func make() async throws -> any ObjectStore {
        switch self {
        case .memory:
            return MemoryObjectStore()
        case .s3:
            let stack = try await MiniStack.running()
            let bucket = "contract-\(UUID().uuidString.lowercased())"
            try await stack.s3Administration.create(bucket)
            return stack.store(bucket)
        }
    }
}

extension MiniStack {
    var s3Administration: S3Administration { S3Administration(client: client, endpoint: settings.s3) }

    func store(_ bucket: String) -> S3ObjectStore {
        S3ObjectStore(bucket: bucket, client: client, endpoint: settings.s3)
    }
}

/// Bytes of any length that cost no memory: each is its offset's lowest 8 bits.
struct PatternSource: ByteSource {
    private static let period = (0...255).map { UInt8($0) }
    private static let block = Array(repeatElement(period, count: 4096).joined())

    let byteCount: Int64

    func read(at offset: Int64, count: Int) -> [UInt8] {
        let end = min(offset + Int64(count), byteCount)
        var bytes: [UInt8] = []
        while offset + Int64(bytes.count) < end {
            let start = Int(offset + Int64(bytes.count)) % Self.period.count
            let rest = Int(end - offset) - bytes.count
            bytes += Self.block[start..<min(start + rest, Self.block.count)]
        }
        return bytes
    }
}
