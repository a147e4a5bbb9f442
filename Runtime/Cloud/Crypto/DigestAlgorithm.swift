internal import COpenSSL
internal import Synchronization

/// One of libcrypto's digests, for short texts: the algorithm is looked up once, and contexts are used again. Either costs
/// more than the digest itself.
final class DigestAlgorithm: Sendable {
    /// Libcrypto shares an algorithm safely; a context is one caller's while it is not here.
    private struct Spare: @unchecked Sendable { var contexts: [OpaquePointer] = [] }

    private static let spareCount = 16

    nonisolated(unsafe) private let algorithm: OpaquePointer
    private let spare = Mutex(Spare())

    /// - Precondition: libcrypto has it.
    init(_ name: String) {
        guard let algorithm = EVP_MD_fetch(nil, name, nil) else { preconditionFailure("libcrypto has no \(name)") }
        self.algorithm = algorithm
    }

    /// Digests two parts, one after the other.
    ///
    /// - Parameters:
    ///   - first: the beginning.
    ///   - second: what follows it; may be empty.
    ///   - digest: has the algorithm's length.
    func digest(
        _ first: UnsafeRawBufferPointer,
        _ second: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
        into digest: UnsafeMutableRawBufferPointer
    ) {
        let context = take()
        // Without an algorithm libcrypto begins anew with the context's own.
        let isGood =
            EVP_DigestInit_ex2(context, nil, nil) == 1
            && (first.isEmpty || EVP_DigestUpdate(context, first.baseAddress, first.count) == 1)
            && (second.isEmpty || EVP_DigestUpdate(context, second.baseAddress, second.count) == 1)
            && EVP_DigestFinal_ex(context, digest.assumingMemoryBound(to: UInt8.self).baseAddress, nil) == 1
        precondition(isGood, "a digest failed")
        give(context)
    }

    /// A context of its own, for a long text.
    func makeContext() -> OpaquePointer {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, algorithm, nil) == 1 else {
            preconditionFailure("no memory for a digest context")
        }
        return context
    }

    private func take() -> OpaquePointer { spare.withLock { $0.contexts.popLast() } ?? makeContext() }

    private func give(_ context: OpaquePointer) {
        let isKept = spare.withLock { spare in
            guard spare.contexts.count < Self.spareCount else { return false }
            spare.contexts.append(context)
            return true
        }
        if !isKept { EVP_MD_CTX_free(context) }
    }
}
