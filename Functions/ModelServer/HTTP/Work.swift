import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging

/// A request for a model, read whole.
struct Work: Sendable {
    static let bodyByteLimit = 64 << 20
    /// The decoder takes up to a dozen bytes for one of a list of numbers; larger tensors come as bytes.
    static let jsonByteLimit = 16 << 20
    /// Of all bodies at once, from before they are read until they are answered; what they are parsed into takes as much
    /// again.
    static let heldByteLimit = 256 << 20
    static let defaultTimeout = Duration.seconds(120)
    static let timeoutMilliseconds = 1...600_000
    static let timeoutHeader = "X-Request-Timeout-Ms"

    let headers: HTTPFields
    let body: Data
    let deadline: ContinuousClock.Instant

    /// The content type in lower case, without its parameters.
    var contentType: String {
        let whole = headers[.contentType] ?? ""
        return whole.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace }
    }

    /// Decodes a JSON body.
    ///
    /// - Throws: invalid, where the content type is another, or the body is not of the shape; too large.
    func json<Value: Decodable>(_ type: Value.Type, shape: String) throws -> Value {
        guard contentType == "application/json" else {
            throw ServingError.invalid("the content type is \"\(contentType)\"; this endpoint takes application/json")
        }
        guard body.count <= Self.jsonByteLimit else { throw ServingError.tooLarge(limitByteCount: Self.jsonByteLimit) }
        do { return try JSONDecoder().decode(type, from: body) } catch {
            throw ServingError.invalid("the body is not JSON with \(shape)")
        }
    }

    /// Reads a request and answers it; whatever is thrown becomes an answer in the protocol's shape. Where `bodies` has no
    /// room, nothing is read.
    ///
    /// The connection serves one request: while the work waits, its closing by the client is the sign to give it up.
    static func answer(
        _ request: Request,
        _ shape: ErrorShape,
        _ bodies: ByteBudget,
        logger: Logger,
        _ respond: @escaping @Sendable (Work) async throws -> Response
    ) async -> Response {
        let attempt: @Sendable (RequestBody) async throws -> Response = { body in
            do {
                let byteCount = try declaredByteCount(request.headers)
                guard bodies.take(byteCount) else { throw ServingError.overloaded(retryAfterSeconds: 1) }
                defer { bodies.give(byteCount) }
                return try await respond(read(request, body))
            } catch {
                return shape.response(log(error, of: request, logger))
            }
        }
        var response: Response
        do { response = try await request.body.consumeWithCancellationOnInboundClose(attempt) } catch {
            response = shape.response(log(error, of: request, logger))
        }
        response.headers[.connection] = "close"
        return response
    }

    private static func log(_ error: any Error, of request: Request, _ logger: Logger) -> ServingError {
        let error = ServingError(error)
        if error.status >= 500 {
            logger.error(
                "a request failed",
                metadata: ["path": "\(request.uri.path)", "status": "\(error.status)", "error": "\(error.message)"]
            )
        }
        return error
    }

    /// How long the body is, or may become where its length is not told.
    private static func declaredByteCount(_ headers: HTTPFields) throws -> Int {
        let byteCount = headers[.contentLength].flatMap(Int.init) ?? bodyByteLimit
        guard byteCount <= bodyByteLimit else { throw ServingError.tooLarge(limitByteCount: bodyByteLimit) }
        return byteCount
    }

    /// Reads the body. One that stands still is ended by the connection's idle time.
    private static func read(_ request: Request, _ body: RequestBody) async throws -> Work {
        let deadline = try ContinuousClock.now + timeout(request.headers)
        var bytes = Data()
        do {
            for try await chunk in body {
                guard ContinuousClock.now < deadline else { throw ServingError.expired }
                guard bytes.count + chunk.readableBytes <= bodyByteLimit else {
                    throw ServingError.tooLarge(limitByteCount: bodyByteLimit)
                }
                bytes.append(contentsOf: chunk.readableBytesView)
            }
        } catch let error as ServingError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ServingError.invalid("the body ends before its length")
        }
        return Work(headers: request.headers, body: bytes, deadline: deadline)
    }

    private static func timeout(_ headers: HTTPFields) throws -> Duration {
        guard let name = HTTPField.Name(timeoutHeader), let value = headers[name] else { return defaultTimeout }
        guard let milliseconds = Int(value), timeoutMilliseconds.contains(milliseconds) else {
            throw ServingError.invalid("\(timeoutHeader) is a number from 1 to \(timeoutMilliseconds.upperBound)")
        }
        return .milliseconds(milliseconds)
    }
}
