import Pipeline
import Synchronization

@testable import Cloud

/// A model server that a test writes the answers of, and that keeps what it was asked.
final class ModelServerStub: HTTPClient {
    struct Answer: Sendable {
        var status = 200
        var headers: HTTPHeaders = [:]
        var body: [UInt8] = []
        /// Why there is none.
        var brokenBy: HTTPTransportError?

        init(_ status: Int = 200, _ headers: HTTPHeaders = [:], _ body: String = "") {
            self.init(status, headers, bytes: Array(body.utf8))
        }

        init(_ status: Int = 200, _ headers: HTTPHeaders = [:], bytes: [UInt8]) {
            self.status = status
            self.headers = headers
            body = bytes
        }

        static func broken(_ code: Int) -> Answer {
            var answer = Answer()
            answer.brokenBy = HTTPTransportError(code: code, description: "broken", isTimeout: code == 28)
            return answer
        }
    }

    private let script: @Sendable (_ request: HTTPRequest, _ number: Int) -> Answer
    private let received = Mutex<[HTTPRequest]>([])

    init(_ script: @escaping @Sendable (_ request: HTTPRequest, _ number: Int) -> Answer) { self.script = script }

    var requests: [HTTPRequest] { received.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(Fault) -> HTTPResponse {
        let number = received.withLock { requests in
            requests.append(request)
            return requests.count
        }
        let answer = script(request, number)
        if let error = answer.brokenBy { throw .retry(request.operation, underlying: error) }
        return HTTPResponse(status: answer.status, headers: answer.headers, body: WholeBody(answer.body))
    }
}

private actor WholeBody: HTTPBody {
    private var rest: [UInt8]?

    init(_ bytes: [UInt8]) { rest = bytes.isEmpty ? nil : bytes }

    func next() -> [UInt8]? { rest.take() }
}
