import Foundation
import Pipeline
import Testing

@Suite struct CloudStorageNotificationTests {
    private let object = Data(#"{"bucket":"uploads","name":"a b+c","size":"1024","etag":"CJ="}"#.utf8)

    private func change(
        _ type: String,
        generation: String = "1767225600000000",
        _ more: [String: String] = [:]
    ) throws -> ObjectChange? {
        let attributes = [
            "eventType": type, "payloadFormat": "JSON_API_V1", "bucketId": "uploads", "objectId": "a b+c",
            "objectGeneration": generation,
        ]
        return try CloudStorageNotification(object, attributes: attributes.merging(more) { $1 }).change
    }

    @Test func aFinalizedObjectIsCreatedUnderItsKeyAsItStands() throws {
        let change = try #require(try change("OBJECT_FINALIZE"))
        #expect(change.action == .created)
        #expect(change.bucket == "uploads" && change.key == "a b+c")
        #expect(change.byteCount == 1024 && change.entityTag == "CJ=")
        #expect(change.versionID == "1767225600000000")
    }

    @Test(arguments: ["OBJECT_DELETE", "OBJECT_ARCHIVE"])
    func aRemovalIsOneUnlessTheObjectWasOverwritten(type: String) throws {
        #expect(try change(type)?.action == .removed)
        #expect(try change(type)?.byteCount == nil)
        #expect(try change(type, ["overwrittenByGeneration": "1767225600000001"]) == nil)
    }

    @Test func metadataUpdatesAreNothingToDo() throws {
        #expect(try change("OBJECT_METADATA_UPDATE") == nil)
    }

    @Test func generationsOfAnyLengthAreOrderedAsNumbersAndARemovalComesAfterItsBytes() throws {
        func sequencer(_ type: String, _ generation: String) throws -> Sequencer {
            try #require(try change(type, generation: generation)?.sequencer)
        }
        let ordered = [
            try sequencer("OBJECT_FINALIZE", "9"), try sequencer("OBJECT_DELETE", "9"),
            try sequencer("OBJECT_FINALIZE", "16"), try sequencer("OBJECT_DELETE", "16"),
            try sequencer("OBJECT_FINALIZE", "1767225600000000"), try sequencer("OBJECT_FINALIZE", "\(Int64.max)"),
        ]
        for (smaller, larger) in zip(ordered, ordered.dropFirst()) { #expect(smaller < larger) }
    }

    @Test func aMessageWithoutBodyIsReadWhereItsFormatSaysSo() throws {
        let attributes = [
            "eventType": "OBJECT_FINALIZE", "payloadFormat": "NONE", "bucketId": "uploads", "objectId": "a",
            "objectGeneration": "1",
        ]
        #expect(CloudStorageNotification.isTold(by: attributes))
        #expect(!CloudStorageNotification.isTold(by: ["traceparent": "00"]))
        let change = try CloudStorageNotification(Data(), attributes: attributes).change
        #expect(change?.key == "a" && change?.byteCount == nil)
    }

    @Test(arguments: ["", "-1", "x"])
    func aGenerationThatIsNoneIsRejected(generation: String) {
        #expect(throws: Fault.self) { try change("OBJECT_FINALIZE", generation: generation) }
    }

    @Test func aBodyThatIsNoObjectIsRejected() {
        let attributes = [
            "eventType": "OBJECT_FINALIZE", "payloadFormat": "JSON_API_V1", "bucketId": "uploads", "objectId": "a",
            "objectGeneration": "1",
        ]
        #expect(throws: Fault.self) { try CloudStorageNotification(Data("[]".utf8), attributes: attributes) }
    }
}
