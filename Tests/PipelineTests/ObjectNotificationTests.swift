import FoundationEssentials
import Pipeline
import Testing

private let events = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "events/ingest")

private func changes(_ name: String) throws -> [ObjectChange] {
    try ObjectNotification(Data(contentsOf: events.appending(path: "\(name).json"))).changes
}

@Suite struct ObjectNotificationTests {
    /// vector#7437, aws-lambda-go#82, simple-vod-workflow#25.
    @Test(arguments: [
        ("put", "uploads/lecture.mp4"), ("multipart-complete", "uploads/film.mkv"), ("copy", "uploads/copy.mp4"),
        ("sns-wrapped", "uploads/lecture.mp4"), ("encoded-key", "uploads/Café at 9+10 映画.mp4"),
        ("eventbridge", "uploads/a+b 100%.mp4"),
    ])
    func everyFormOfACreatedObjectIsRead(name: String, key: String) throws {
        let change = try #require(changes(name).first)
        #expect(change.action == .created)
        #expect(change.bucket == "media-uploads")
        #expect(change.key == key)
        #expect(change.byteCount == 1024)
        #expect(change.sequencer != nil)
        #expect(change.milliseconds != nil)
    }

    @Test(arguments: ["uploads/lecture.mp4", "uploads/Café at 9+10 映画.mp4", "bulk/a b%/c~.txt"])
    func anEventThatIsWrittenForALostOneIsRead(key: String) throws {
        for action in [ObjectChange.Action.created, .removed, .rerun] {
            let change = ObjectChange(action: action, bucket: "media", key: key, byteCount: 7, entityTag: "e")
            #expect(try ObjectNotification(ObjectNotification.body(of: change)).changes == [change])
        }
    }

    @Test func aRemovedObjectIsRead() throws {
        #expect(try changes("delete").map(\.action) == [.removed])
    }

    @Test func aTestEventIsNothingToDo() throws {
        #expect(try changes("test-event").isEmpty)
    }

    @Test(arguments: ["", "null", "[]", "{}", "{\"Message\":\"{}\"}", "{\"Records\":[{\"eventVersion\":\"2.1\"}]}"])
    func whatIsNoNotificationIsRejected(body: String) {
        #expect(throws: Fault.self) { try ObjectNotification(Data(body.utf8)) }
    }

    @Test func sequencersAreComparedAsIfPaddedOnTheRight() {
        #expect(Sequencer("0055AED6DCD90281E5") < "0055AED6DCD90281E6")
        #expect(Sequencer("0055AED6DC") < "0055AED6DCD90281E5")
        #expect(Sequencer("0055AED6E") > "0055AED6DCD90281E5")
        #expect(Sequencer("0055aed6") == "0055AED600")
    }

    @Test(arguments: ["%", "%4", "%zz", "%FF"])
    func aKeyThatIsNotFormEncodedUTF8IsNil(key: String) {
        #expect(ObjectKeyEncoding.decoded(key) == nil)
    }
}
