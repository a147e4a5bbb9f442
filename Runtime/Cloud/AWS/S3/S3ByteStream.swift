internal import Pipeline

/// An object's bytes as they arrive.
struct S3ByteStream: ByteStream {
    let info: ObjectInfo
    let body: any HTTPBody

    func next() async throws(Fault) -> [UInt8]? {
        do throws(Fault) { return try await body.next() } catch {
            throw Fault(operation: "s3.GetObject", verdict: error.verdict, underlying: error)
        }
    }
}
