import FoundationEssentials
import Pipeline
import Testing

private struct Greeted: Event {
    static let kind: EventKind = "test.greeted.v1"
    let name: String
}

private func envelope(_ name: String) -> Envelope<Greeted> {
    Envelope(
        id: "019b76da-a800-7000-8000-000000000001",
        tenant: "default",
        asset: "019b76da-a800-7000-8000-000000000002",
        generation: 1,
        sent: "2026-01-01T00:00:00Z",
        payload: Greeted(name: name)
    )
}

private func reason(_ body: String) -> String? {
    do throws(Fault) {
        _ = try Envelope<Greeted>.decoded(Data(body.utf8))
        return nil
    } catch {
        guard case .reject(let reason) = error.verdict else { return nil }
        return reason
    }
}

@Suite struct EnvelopeTests {
    @Test func whatIsWrittenIsReadBack() throws {
        let body = try envelope("Ada").encoded()
        let back = try Envelope<Greeted>.decoded(body)
        #expect(back.payload.name == "Ada")
        #expect(back.generation == 1)
        #expect(try back.encoded() == body)
    }

    @Test(arguments: [
        ("", "not an envelope"), ("[]", "not an envelope"), ("{\"v\":1}", "not an envelope"),
        ("{\"v\":2,\"kind\":\"test.greeted.v1\"}", "version 2"),
        ("{\"v\":1,\"kind\":\"other.v1\"}", "other.v1"),
        ("{\"v\":1,\"kind\":\"test.greeted.v1\"}", "missing"),
    ])
    func aMalformedMessageIsRejectedWithAReason(body: String, words: String) throws {
        #expect(try #require(reason(body)).contains(words))
    }

    @Test func aBodyOverTheLimitIsRejected() {
        let long = envelope(String(repeating: "x", count: EnvelopeLimits.byteCount))
        #expect(throws: Fault.self) { try long.encoded() }
    }
}
