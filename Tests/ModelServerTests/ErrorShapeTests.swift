import HTTPTypes
import Hummingbird
import Pipeline
import Testing

@testable import ModelServer

@Suite struct ErrorShapeTests {
    @Test(arguments: [ErrorShape.openAI, .kServe])
    func aFullQueueSaysWhenToComeBack(shape: ErrorShape) {
        let response = shape.response(.busy(retryAfterSeconds: 1))
        #expect(response.status.code == 429)
        #expect(response.headers[.retryAfter] == "1")
    }

    @Test(arguments: [ErrorShape.openAI, .kServe])
    func `a server without room for a body says when to come back`(shape: ErrorShape) {
        let response = shape.response(.overloaded(retryAfterSeconds: 1))
        #expect(response.status.code == 503)
        #expect(response.headers[.retryAfter] == "1")
    }

    @Test func whatTheEnginesThrowBecomesAStatus() {
        #expect(ServingError(Fault.reject("ocr.read", "too small")) == .invalid("too small"))
        #expect(ServingError(Fault.retry("speech.transcribe")).status == 500)
        #expect(ServingError(ServingError.expired).status == 504)
        #expect(ServingError(ServingError.unready).status == 503)
        #expect(ServingError(CancellationError()) == .abandoned)
    }
}
