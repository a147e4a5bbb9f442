internal import Cloud
internal import Pipeline

/// Posts one signal's batches to a collector by OTLP/HTTP, and tries again where the specification says so.
struct OTLPSender: Sendable {
    enum Outcome: Sendable, Equatable {
        /// Taken, but for what the collector says that it rejected.
        case sent(rejectedCount: Int)
        /// For good; `error` is `error.type`: a status, or the transport's class of fault.
        case failed(error: String)
    }

    let http: any HTTPClient
    let endpoint: OTLPEndpoint
    /// How long one batch may be tried for, waits included.
    let limit: Duration
    let backOff: BackOff

    /// Sends a body; a cancelled task gives up at once.
    func send(_ body: [UInt8]) async -> Outcome {
        let began = ContinuousClock.now
        var attempt = 0
        while true {
            attempt += 1
            let answer = await post(body)
            guard case .again(let error, let after) = answer else { return answer.outcome }
            var random = SystemRandomNumberGenerator()
            let wait = max(after ?? .zero, backOff.delay(afterAttempt: attempt, using: &random))
            // A wait that the collector asks for is kept even where it ends behind the limit: the next batch would come
            // too soon as well.
            let last = after == nil ? ContinuousClock.now + wait : .now
            guard last - began < limit, (try? await Task.sleep(for: wait)) != nil else {
                return .failed(error: error)
            }
        }
    }

    private enum Answer {
        case final(Outcome)
        case again(error: String, after: Duration?)

        var outcome: Outcome {
            switch self {
            case .final(let outcome): outcome
            case .again(let error, _): .failed(error: error)
            }
        }
    }

    private func post(_ body: [UInt8]) async -> Answer {
        var headers: HTTPHeaders = ["Content-Type": "application/x-protobuf", "User-Agent": "media-otlp"]
        for header in endpoint.headers { headers.append(header.name, header.value) }
        let request = HTTPRequest(
            method: "POST",
            url: endpoint.url,
            headers: headers,
            body: body,
            timeout: .total(endpoint.timeout)
        )
        do throws(Fault) {
            let response = try await http.send(request)
            // Read to its end, so that the connection can be used again.
            let body = (try? await response.body.collect(atMost: OTLPLimits.responseByteCount)) ?? []
            switch response.status {
            case 200..<300: return .final(.sent(rejectedCount: PartialSuccess.rejectedCount(in: body)))
            case 429, 502, 503, 504: return .again(error: "\(response.status)", after: retryAfter(response.headers))
            default: return .final(.failed(error: "\(response.status)"))
            }
        } catch {
            guard case .reject = error.verdict else { return .again(error: "transport", after: nil) }
            return .final(.failed(error: "request"))
        }
    }

    /// RFC 9110, 10.2.3: seconds, or a date.
    private func retryAfter(_ headers: HTTPHeaders) -> Duration? {
        guard let value = headers["Retry-After"] else { return nil }
        if let seconds = Int64(value) { return .seconds(max(0, min(seconds, OTLPLimits.longestWaitSeconds))) }
        guard let date = UnixTime.parse(httpDate: value) else { return nil }
        return .seconds(max(0, min(date - UnixTime.now(), OTLPLimits.longestWaitSeconds)))
    }
}

/// Bounds of an exchange with a collector.
enum OTLPLimits {
    static let responseByteCount = 64 << 10
    /// A collector that asks for more is asked again after so long.
    static let longestWaitSeconds: Int64 = 30
    static let backOff = BackOff(base: .seconds(1), cap: .seconds(5), floor: .milliseconds(100))
}
