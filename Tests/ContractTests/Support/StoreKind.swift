import Cloud
import Foundation
import Pipeline

/// The object stores that must behave alike.
enum StoreKind: CaseIterable {
    case memory
    case ministack
    case moto

    /// A new, empty bucket.
    func make() async throws -> any ObjectStore {
        switch self {
        case .memory:
            ContractRun.uses(.memory)
            return MemoryObjectStore()
        case .ministack: return try await AWSServer.running(.ministack).makeStore()
        case .moto: return try await AWSServer.running(.moto).makeStore()
        }
    }
}

extension AWSServer {
    /// A new, empty bucket.
    func makeStore() async throws -> S3ObjectStore {
        let bucket = "contract-\(UUID().uuidString.lowercased())"
        try await s3Administration.create(bucket)
        return store(bucket)
    }
}
