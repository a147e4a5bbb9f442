package import Pipeline

/// Signs requests, sends them, and repeats what may succeed the next time.
package final class AWSClient: Sendable {
    private static let attemptCount = 3
    private static let errorByteCount = 64 << 10
    private static let backOff = BackOff(base: .milliseconds(500), cap: .seconds(20), floor: .milliseconds(20))

    package let region: String
    private let http: any HTTPClient
    private let credentials: (any CredentialProvider)?
    private let clock: AWSClock
    private let signer: AWSRequestSigner
    private let budget = RetryBudget()
    private let pause: @Sendable (Duration) async -> Void

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - http: the transport.
    ///   - credentials: asked before every request; nil sends requests without a signature.
    ///   - region: that signatures are for.
    ///   - now: Unix seconds.
    ///   - pause: waits between attempts; returns early where the task is cancelled.
    package init(
        http: any HTTPClient,
        credentials: (any CredentialProvider)?,
        region: String,
        now: @escaping @Sendable () -> Int64 = UnixTime.now,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.http = http
        self.credentials = credentials
        self.region = region
        clock = AWSClock(now)
        signer = AWSRequestSigner(region: region, clock: clock)
        self.pause = pause
    }

    /// Sends a request and reads the whole response; a response that breaks off is asked for again.
    ///
    /// - Parameters:
    ///   - request: what to send.
    ///   - byteCount: the longest response that is taken.
    ///   - check: throws where the response says no in spite of its status; it counts like any other refusal.
    /// - Returns: a response with a status under 300.
    /// - Throws: as the service's error says, see ``AWSServiceError/verdict``.
    package func call(
        _ request: AWSRequest,
        atMost byteCount: Int = 4 << 20,
        check: (AWSResponse) throws(Fault) -> Void = { _ in }
    ) async throws(Fault) -> AWSResponse {
        try await repeating({ request }) { response throws(Fault) in
            let body = try await response.body.collect(atMost: byteCount)
            let answer = AWSResponse(status: response.status, headers: response.headers, body: body)
            try check(answer)
            return answer
        }
    }

    /// Sends a request and leaves the response's body to the caller.
    ///
    /// - Parameter request: what to send.
    /// - Returns: a response with a status under 300.
    /// - Throws: as ``call(_:atMost:check:)``.
    package func open(_ request: AWSRequest) async throws(Fault) -> HTTPResponse {
        try await repeating({ request }) { response throws(Fault) in response }
    }

    /// Reads a range, and no byte of it twice: where an answer breaks off, only the rest is asked for again.
    ///
    /// - Parameters:
    ///   - byteCount: of the range.
    ///   - request: asks for the range without as many bytes as it is given.
    /// - Returns: the range's bytes.
    /// - Throws: as ``call(_:atMost:check:)``; retry, where the answers hold less than the range.
    package func read(_ byteCount: Int, _ request: (_ received: Int) -> AWSRequest) async throws(Fault) -> [UInt8] {
        let received = ReceivedBytes(byteCount)
        try await repeating({ request(received.bytes.count) }) { response throws(Fault) in
            while let chunk = try await response.body.next() { try received.append(chunk) }
            guard received.bytes.count == byteCount else {
                throw .retry("http.read", underlying: S3AnswerError(expected: "the range that was asked for"))
            }
        }
        return received.bytes
    }

    /// A URL by which anyone may send the request, until it expires.
    ///
    /// - Parameters:
    ///   - request: without headers and body.
    ///   - expires: whole seconds; at most 7 days, and no longer than the credentials hold.
    /// - Returns: the URL, percent-encoded.
    /// - Throws: as the credentials' provider does.
    package func presign(_ request: AWSRequest, expires: Duration) async throws(Fault) -> String {
        guard let credentials else { throw .reject(request.operation, "a URL can't be signed without credentials") }
        return signer.presigned(request, by: try await credentials.credentials(), expires: expires)
    }

    private func repeating<Value: Sendable>(
        _ make: () -> AWSRequest,
        _ finish: (HTTPResponse) async throws(Fault) -> Value
    ) async throws(Fault) -> Value {
        var attempt = 1
        while true {
            let request = make()
            let fault: Fault
            do throws(Fault) {
                let value = try await finish(exchange(request))
                budget.earn()
                return value
            } catch {
                fault = named(error, request)
            }
            let isRepeated =
                attempt < Self.attemptCount && isWorthRepeating(fault)
                && budget.take(isTimeout(fault) ? RetryBudget.timeoutCost : RetryBudget.retryCost)
            // Whoever polls asks again at once: even a refusal must take its time.
            guard isRepeated || (request.isLongPoll && !Task.isCancelled) else { throw fault }
            var random = SystemRandomNumberGenerator()
            await pause(Self.backOff.delay(afterAttempt: attempt, using: &random))
            guard isRepeated, !Task.isCancelled else { throw fault }
            attempt += 1
        }
    }

    /// One exchange; two where the clock was wrong.
    private func exchange(_ request: AWSRequest) async throws(Fault) -> HTTPResponse {
        var isCorrected = false
        while true {
            let signedOffset = clock.offset
            let response = try await http.send(signer.signed(request, by: credentials?.credentials()))
            guard response.status >= 300 else { return response }
            let body = try await response.body.collect(atMost: Self.errorByteCount)
            let (code, message) = request.service.readError(response.headers, body)
            let error = AWSServiceError(status: response.status, code: code, message: message)
            guard !isCorrected, clock.correct(after: error, date: response.headers["Date"], signedOffset: signedOffset)
            else {
                throw Fault(operation: request.operation, verdict: error.verdict, underlying: error)
            }
            isCorrected = true
        }
    }

    /// A transport's fault under the operation's name.
    private func named(_ fault: Fault, _ request: AWSRequest) -> Fault {
        guard fault.operation.hasPrefix("http.") else { return fault }
        return Fault(operation: request.operation, verdict: fault.verdict, underlying: fault)
    }

    private func isWorthRepeating(_ fault: Fault) -> Bool {
        guard fault.faultClass != "reject", !Task.isCancelled else { return false }
        // Both go on elsewhere: a conflict begins the whole write anew, and messages in flight must be settled first.
        return fault.serviceError?.isWriteConflict != true && fault.serviceError?.isInFlightLimit != true
    }

    private func isTimeout(_ fault: Fault) -> Bool {
        ((fault.underlying as? Fault)?.underlying as? HTTPTransportError)?.isTimeout == true
    }
}
