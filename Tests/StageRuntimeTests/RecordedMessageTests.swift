import FoundationEssentials
import Pipeline
import StageRuntime
import Testing

@Suite struct RecordedMessageTests {
    @Test(arguments: [
        "", "not JSON", #"{"v":1,"kind":"text.ready.v1"}"#, #"{"message":"no push"}"#,
        #"{"message":{"data":"YQ=="}}"#, #"{"Type":"Notification","Message":"{}"}"#,
    ])
    func aBodyThatIsNoPushIsTheMessageItself(text: String) throws {
        let body = Data(text.utf8)
        #expect(try RecordedMessage(reading: body) == RecordedMessage(body: body, attributes: [:]))
    }

    @Test func aPushIsTakenOutOfItsWrapping() throws {
        let push = #"{"message":{"attributes":{"a":"b"},"data":"eyJ4Ijoxfe+/vQ==","messageId":"1"},"subscription":"s"}"#
        let message = try RecordedMessage(reading: Data(push.utf8))
        #expect(message == RecordedMessage(body: Data("{\"x\":1}\u{FFFD}".utf8), attributes: ["a": "b"]))
        let bare = #"{"message":{"attributes":{"a":"b"}},"subscription":"s"}"#
        #expect(try RecordedMessage(reading: Data(bare.utf8)) == RecordedMessage(body: Data(), attributes: ["a": "b"]))
    }

    @Test func aPushThatIsNotInBase64IsRejected() {
        let push = #"{"message":{"data":"?"},"subscription":"s"}"#
        #expect(throws: Fault.self) { try RecordedMessage(reading: Data(push.utf8)) }
    }

    @Test func whatIsWrittenIsReadAgainAndABodyAloneStaysAsItIs() throws {
        let bare = RecordedMessage(body: Data("{}".utf8), attributes: [:])
        #expect(try bare.file(id: "1", subscription: "s") == bare.body)
        let whole = RecordedMessage(body: Data([0, 255]), attributes: ["eventType": "OBJECT_FINALIZE"])
        #expect(try RecordedMessage(reading: whole.file(id: "1", subscription: "s")) == whole)
    }
}
