import FoundationEssentials
import Logging
import Pipeline
import StageRuntime
import Testing

private struct Told: Event {
    static let kind: EventKind = "test.told.v1"
    let story: String
    var part: String { "end" }
}

@Suite struct ClaimCheckTests {
    private let objects = MemoryObjectStore()
    private let claimCheck: ClaimCheck

    init() { claimCheck = Self.claimCheck(objects) }

    private static func claimCheck(_ objects: any ObjectStore) -> ClaimCheck {
        ClaimCheck(
            World(
                tenant: "default",
                bucket: "media",
                build: "test",
                queues: { _, _ in MemoryQueue() },
                deadLetters: { _ in MemoryQueue() },
                objects: objects,
                catalog: MemoryCatalog(),
                models: MemoryModelClient(),
                digester: MemoryDigester(),
                now: { 0 },
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        )
    }

    private func envelope(_ byteCount: Int) -> Envelope<Told> {
        Envelope(
            id: "1",
            tenant: "acme",
            asset: "a",
            generation: 3,
            traceparent: "00-1-2-01",
            sent: "2026-01-01T00:00:00Z",
            payload: Told(story: String(repeating: "x", count: byteCount))
        )
    }

    private var keys: [String] {
        get async { await objects.list(prefix: "", after: "", atMost: 10).map(\.key) }
    }

    private func reason(_ body: Data) async throws -> String {
        do throws(Fault) { _ = try await claimCheck.redeemed(body) } catch {
            guard case .reject(let reason) = error.verdict else { throw error }
            return reason
        }
        return "none"
    }

    @Test func anEnvelopeThatFitsIsSentAsItIsAndNothingIsStored() async throws {
        let body = try await claimCheck.body(of: envelope(1000))
        #expect(body == (try envelope(1000).encoded()))
        #expect(await keys.isEmpty)
        #expect(try await claimCheck.redeemed(body) == body)
    }

    /// amazon-sqs-java-extended-client-lib#30, #29.
    @Test func aLargeEnvelopeIsStoredAndItsHeadComesBackAsTheWhole() async throws {
        let whole = envelope(EnvelopeLimits.byteCount)
        let body = try await claimCheck.body(of: whole)
        #expect(body.count < 1000)
        let digest = MemoryDigester().digest([UInt8](try whole.encoded(atMost: .max)))
        #expect(await keys == ["payloads/acme/\(digest)"])
        let back = try Envelope<Told>.decoded(try await claimCheck.redeemed(body))
        #expect(back.payload.story == whole.payload.story)
        #expect(back.traceparent == whole.traceparent)
        #expect(try await claimCheck.body(of: whole) == body, "stored once, however often it is sent")
        #expect(await keys.count == 1)
    }

    @Test func aDeadLetterTellsItsRunWithoutTheObject() async throws {
        let story = String(repeating: "x", count: EnvelopeLimits.byteCount)
        let source = ObjectReference(bucket: "media", key: story, byteCount: 1, contentType: nil, digest: "d")
        let large = Envelope(
            id: "1",
            tenant: "acme",
            asset: "a",
            generation: 3,
            sent: "2026-01-01T00:00:00Z",
            payload: AssetReceived(source: source)
        )
        let body = try await claimCheck.body(of: large)
        let delivery = Delivery(messageID: "1", receipt: "r", body: body, receiveCount: 1)
        let setting = StageSetting(tenant: "default", bucket: "media", digester: MemoryDigester())
        let letter = DeadLetter(delivery, stage: "probe", setting: setting)
        #expect(letter.runs == [RunKey(tenant: "acme", asset: "a", generation: 3, name: "probe")])
    }

    @Test func theHeadTellsThePartOfTheRun() async throws {
        let body = try await claimCheck.body(of: envelope(EnvelopeLimits.byteCount))
        let head = try #require(ClaimedEnvelope(body))
        #expect(head.kind == Told.kind)
        #expect(head.part == "end")
    }

    @Test func aPayloadThatIsGoneIsRejectedWithItsKey() async throws {
        let body = try await claimCheck.body(of: envelope(EnvelopeLimits.byteCount))
        let key = try #require(await keys.first)
        _ = await objects.delete([key])
        let reason = try await reason(body)
        #expect(reason.contains(key))
        #expect(reason.contains("gone"))
    }

    @Test(arguments: [-1, 0, 1])
    func aPayloadWithOtherBytesIsRejected(more: Int) async throws {
        let body = try await claimCheck.body(of: envelope(EnvelopeLimits.byteCount))
        let (key, head) = (try #require(await keys.first), try #require(ClaimedEnvelope(body)))
        await objects.overwrite(key, [UInt8](repeating: 120, count: head.claim.byteCount + more))
        #expect(try await reason(body).contains("not what was stored"))
    }

    @Test func aStoreThatDoesNotAnswerMeansLater() async throws {
        let body = try await claimCheck.body(of: envelope(EnvelopeLimits.byteCount))
        let fault = await #expect(throws: Fault.self) { try await Self.claimCheck(DownStore()).redeemed(body) }
        #expect(fault?.faultClass == "retry")
        let sent = await #expect(throws: Fault.self) {
            try await Self.claimCheck(DownStore()).body(of: envelope(EnvelopeLimits.byteCount))
        }
        #expect(sent?.faultClass == "retry")
    }

    @Test func aMessageCanNotClaimAnyOtherObject() async throws {
        await objects.overwrite("uploads/secret", [1])
        let head =
            #"{"asset":"a","claim":{"byteCount":1,"digest":"d","key":"uploads/secret"},"generation":1,"#
            + #""id":"1","kind":"test.told.v1","sent":"","tenant":"acme","v":1}"#
        #expect(try await reason(Data(head.utf8)).contains("no runtime wrote that"))
    }

    @Test(arguments: [
        #"{"v":1,"kind":"k","payload":{"claim":{"key":"a"}}}"#, #"{"text":"\"claim\":{"}"#, "what? \"claim\"", "",
    ])
    func whatOnlyLooksLikeAHeadIsLeftToTheStage(body: String) async throws {
        #expect(try await claimCheck.redeemed(Data(body.utf8)) == Data(body.utf8))
    }

    @Test func aPayloadOverTheBoundIsNotFetched() async throws {
        let digest: Digest = "d"
        let claim = ClaimedEnvelope.Body(digest, byteCount: EnvelopeLimits.claimedByteCount + 1, of: "acme")
        await objects.overwrite(claim.key, [1])
        let body = try ClaimedEnvelope(envelope(1), body: claim).encoded()
        #expect(try await reason(body).contains("no runtime wrote that"))
    }
}

/// A store that does not answer.
private struct DownStore: ObjectStore {
    private static let fault = Fault.retry("down")

    func info(_ key: String) throws(Fault) -> ObjectInfo? { throw Self.fault }
    func open(_ key: String) throws(Fault) -> any ByteSource { throw Self.fault }
    func stream(_ key: String) throws(Fault) -> any ByteStream { throw Self.fault }
    func putIfAbsent(_ key: String, _ bytes: [UInt8], contentType: String) throws(Fault) -> PutOutcome {
        throw Self.fault
    }
    func upload(
        _ key: String,
        from source: any ByteSource,
        contentType: String,
        progress: @Sendable (Int64) -> Void
    ) throws(Fault) { throw Self.fault }
    func presign(_ key: String, expires: Duration) throws(Fault) -> String { throw Self.fault }
    func list(prefix: String, after key: String, atMost count: Int) throws(Fault) -> [ObjectInfo] { throw Self.fault }
    func delete(_ keys: [String]) -> [Result<Void, Fault>] { keys.map { _ in .failure(Self.fault) } }
}
