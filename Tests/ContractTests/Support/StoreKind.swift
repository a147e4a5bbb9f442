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
    let byteCount: Int64

    func read(at offset: Int64, count: Int) -> [UInt8] {
        (offset..<min(offset + Int64(count), byteCount)).map { UInt8(truncatingIfNeeded: $0) }
    }
}
