import FoundationEssentials
import Pipeline
import Testing

private let setting = StageSetting(tenant: "default", bucket: "media", digester: MemoryDigester())

private func letter(
    _ id: String = "1",
    stage: StageName = "embed",
    body: String = "{}",
    saying attributes: [String: String] = [:]
) -> DeadLetter {
    let delivery = Delivery(
        messageID: id,
        receipt: "receipt",
        body: Data(body.utf8),
        attributes: attributes,
        receiveCount: 1
    )
    return DeadLetter(delivery, stage: stage, setting: setting)
}

@Suite struct DeadLetterTests {
    @Test func aLetterTellsWhyItWasGivenUpAndWhichRunItAsksFor() throws {
        let envelope = Envelope(
            id: "m",
            tenant: "acme",
            asset: "a",
            generation: 2,
            sent: "2026-01-01T00:00:00.000Z",
            payload: TextReady(moments: .speech)
        )
        let read = DeadLetter(
            Delivery(
                messageID: "7",
                receipt: "receipt",
                body: try envelope.encoded(),
                attributes: [
                    "MediaFaultClass": "reject", "MediaReason": "no words", "MediaBuild": "b1", "SentTimestamp": "12",
                ],
                receiveCount: 1
            ),
            stage: "embed",
            setting: setting
        )
        #expect(read.faultClass == "reject")
        #expect(read.reason == "no words")
        #expect(read.build == "b1")
        #expect(read.sentMilliseconds == 12)
        let name = RunName("embed", part: "speech")
        #expect(read.runs == [RunKey(tenant: "acme", asset: "a", generation: 2, name: name)])
    }

    @Test func anObjectEventAsksForARunOfGeneration0() throws {
        let body = """
            {"Records":[{"eventVersion":"2.1","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"media"},
            "object":{"key":"uploads/a.mp4","size":1,"eTag":"e","sequencer":"0A"}}}]}
            """
        let run = try #require(letter(stage: "ingest", body: body).runs.first)
        #expect(run.tenant == "default")
        #expect(run.generation == 0)
        #expect(run.name == RunName("ingest", part: "0A"))
        let (key, digester) = ("uploads/a.mp4", MemoryDigester())
        #expect(run.asset == AssetID(tenant: "default", bucket: "media", key: key, digester: digester))
    }

    @Test func aNotificationOfCloudStorageAsksForARunByItsAttributes() throws {
        let told = [
            "eventType": "OBJECT_FINALIZE", "payloadFormat": "NONE", "bucketId": "media", "objectId": "uploads/a.mp4",
            "objectGeneration": "16",
        ]
        let given = told.merging(["MediaReason": "no room", "SentTimestamp": "1"]) { $1 }
        let read = letter(stage: "ingest", body: "", saying: given)
        #expect(read.runs.map(\.name) == [RunName("ingest", part: "00000000000000100")])
        #expect(read.attributes == told)
    }

    @Test func aNoticeStandsBesideWhatTheMessageHadAndTheMessagesOwnYield() {
        func notice(beside attributes: [String: String], reason: String = "broken") -> [String: String] {
            DeathNotice(
                .reject("test", reason),
                stage: "embed",
                revision: 2,
                build: "b1",
                lane: .bulk,
                body: Array("{}".utf8),
                digester: MemoryDigester()
            ).attributes(beside: attributes, atMost: 10)
        }
        let died = notice(beside: ["traceparent": "00", "MediaReason": "older", "SentTimestamp": "1"])
        #expect(died["MediaFaultClass"] == "reject" && died["MediaReason"] == "test: broken")
        #expect(died["MediaStage"] == "embed" && died["MediaBuild"] == "b1" && died["MediaRevision"] == "2")
        #expect(died["MediaInputDigest"]?.count == 64 && died["MediaStackDigest"]?.count == 16)
        #expect(died["traceparent"] == "00" && died["SentTimestamp"] == nil)
        #expect(letter(saying: died).lane == .bulk)
        #expect(letter(saying: died).attributes == ["traceparent": "00"])
        let many = notice(beside: Dictionary(uniqueKeysWithValues: (0..<10).map { ("a\($0)", "") }))
        #expect(many.count == 10 && many["MediaReason"] == "test: broken" && many["a0"] != nil && many["a2"] == nil)
        let long = notice(beside: [:], reason: String(repeating: "é", count: 1000))["MediaReason"]
        #expect((1023...1024).contains(long?.utf8.count ?? 0))
    }

    @Test func whatPubSubAddsToALetterIsNotTheSenders() {
        let moved = ["CloudPubSubDeadLetterSourceDeliveryCount": "100", "traceparent": "00"]
        #expect(letter(saying: moved).attributes == ["traceparent": "00"])
    }

    @Test(arguments: ["", "{}", "not JSON", #"{"v":2,"kind":"text.ready.v1"}"#])
    func aBodyThatIsNoEnvelopeIsNotReadable(body: String) {
        let unread = letter(body: body)
        #expect(!unread.isReadable)
        #expect(unread.faultClass == "unknown")
        #expect(unread.reason == nil)
    }

    @Test func aFilterTakesWhatFitsInAllItsParts() {
        let old = letter("a1", saying: ["MediaFaultClass": "reject", "MediaBuild": "b1", "SentTimestamp": "100"])
        let new = letter("b2", saying: ["MediaFaultClass": "retry", "MediaBuild": "b1", "SentTimestamp": "200"])
        let timeless = letter("c3")
        func taken(_ filter: DeadLetterFilter) -> [String] {
            [old, new, timeless].filter(filter.includes).map(\.id)
        }
        #expect(taken(DeadLetterFilter()) == ["a1", "b2", "c3"])
        #expect(taken(DeadLetterFilter(ids: ["a", "c3"])) == ["a1", "c3"])
        #expect(taken(DeadLetterFilter(faultClass: "retry")) == ["b2"])
        #expect(taken(DeadLetterFilter(build: "b1")) == ["a1", "b2"])
        #expect(taken(DeadLetterFilter(beforeMilliseconds: 200)) == ["a1"])
        #expect(taken(DeadLetterFilter(afterMilliseconds: 100)) == ["b2"])
        #expect(taken(DeadLetterFilter(faultClass: "reject", afterMilliseconds: 100)).isEmpty)
    }

    @Test func groupsCountTheirLettersAndKnowTheFirstAndTheLast() {
        let broken = ["MediaFaultClass": "reject", "MediaReason": "broken"]
        let groups = DeadLetterGroup.groups(of: [
            letter(saying: ["MediaFaultClass": "retry", "MediaReason": "broken"]),
            letter(saying: broken.merging(["SentTimestamp": "20"]) { $1 }), letter(saying: broken),
            letter(saying: broken.merging(["SentTimestamp": "10"]) { $1 }),
            letter(stage: "probe", saying: broken),
        ])
        #expect(groups.map(\.count) == [3, 1, 1])
        #expect(groups.map(\.stage) == ["embed", "embed", "probe"])
        #expect(groups.map(\.faultClass) == ["reject", "retry", "reject"])
        #expect(groups.first?.firstMilliseconds == 10)
        #expect(groups.first?.lastMilliseconds == 20)
        #expect(groups.last?.firstMilliseconds == nil)
    }

    @Test func anAgeIsAWholeNumberWithAUnit() {
        #expect(["90s", "15m", "1h", "2d"].map { Age($0)?.seconds } == [90, 900, 3600, 172_800])
        for text in ["", "h", "1", "-1h", "1.5h", "1w", "366d", "9223372036854775807d"] {
            #expect(Age(text) == nil, "\(text)")
        }
        #expect([0, 59, 60, 7199, 86_400].map { Age(seconds: $0).description } == ["0s", "59s", "1m", "1h", "1d"])
    }
}
