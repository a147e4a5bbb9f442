import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging

/// A request for a model, read whole.
struct Work: Sendable {
    static let bodyByteLimit = 64 << 20
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
    /// - Throws: invalid, where the content type is another, or the body is not of the shape.
    func json<Value: Decodable>(_ type: Value.Type, shape: String) throws -> Value {
        guard contentType == "application/json" else {
            throw ServingError.invalid("the content type is \"\(contentType)\"; this endpoint takes application/json")
        }
        do { return try JSONDecoder().decode(type, from: body) } catch {
            throw ServingError.invalid("the body is not JSON with \(shape)")
        }
    }

    /// Reads a request and answers it; whatever is thrown becomes an answer in the protocol's shape.
    ///
    /// The connection serves one request: while the work waits, its closing by the client is the sign to give it up.
    static func answer(
        _ request: Request,
        _ shape: ErrorShape,
        logger: Logger,
        _ respond: @escaping @Sendable (Work) async throws -> Response
    ) async -> Response {
        let attempt: @Sendable (RequestBody) async throws -> Response = { body in
            do { return try await respond(read(request, body)) } catch {
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

    private static func read(_ request: Request, _ body: RequestBody) async throws -> Work {
        let deadline = try ContinuousClock.now + timeout(request.headers)
        let tooLarge = ServingError.tooLarge(limitByteCount: bodyByteLimit)
        if let length = request.headers[.contentLength].flatMap(Int.init), length > bodyByteLimit { throw tooLarge }
        var bytes = Data()
        do {
            for try await chunk in body {
                guard bytes.count + chunk.readableBytes <= bodyByteLimit else { throw tooLarge }
                bytes.append(contentsOf: chunk.readableBytesView)
            }
        } catch let error as ServingError {
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
