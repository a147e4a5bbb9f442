/// One call of the function, as the runtime API hands it over.
package struct LambdaInvocation: Sendable {
    /// Names the call in its answer.
    package let id: String
    /// When Lambda ends the process, in Unix time.
    package let deadlineMilliseconds: Int64
    /// X-Ray's header, `Root=1-...;Parent=...;Sampled=1`.
    package let trace: String?
    package let event: [UInt8]
}
