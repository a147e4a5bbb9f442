internal import Logging

/// A log line as it waits to be exported; text is made of it only then.
struct OTLPLogRecord: Sendable {
    /// Nanoseconds since 1970.
    let time: UInt64
    let label: String
    let level: Logger.Level
    let message: String
    let metadata: Logger.Metadata
    let ownMetadata: Logger.Metadata?
    let error: String?
    let trace: TraceContext?
}
