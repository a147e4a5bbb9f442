import Pipeline
import Testing

@testable import StageRuntime

@Suite struct TelemetryTraceContextTests {
    private static let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func aTraceparentIsReadAndWrittenAlike() throws {
        let context = try #require(TraceContext(traceparent: Self.text))
        #expect(context.traceText == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(context.spanText == "00f067aa0ba902b7")
        #expect(context.isSampled && context.isRemote)
        #expect(context.traceparent == Self.text)
    }

    @Test func aFutureVersionIsReadAsFarAsThisOneGoes() throws {
        let future = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-09"
        for text in [future, future + "-what-comes-then"] {
            #expect(try #require(TraceContext(traceparent: text)).traceparent == Self.text)
        }
    }

    @Test(arguments: [
        "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
    ])
    func whatIsNotWellFormedIsNoTraceparent(text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }

    @Test func unknownFlagsAreNotPassedOn() throws {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe"
        let context = try #require(TraceContext(traceparent: text))
        #expect(!context.isSampled)
        #expect(context.traceparent.hasSuffix("-02"))
    }

    @Test(arguments: [
        ("always_on", true, true, true), ("always_off", false, false, false),
        ("parentbased_always_on", true, false, true), ("parentbased_always_off", true, false, false),
    ])
    func aSamplerDecidesByTheParentOrByItself(
        name: String,
        withSampled: Bool,
        withUnsampled: Bool,
        withNone: Bool
    ) throws {
        let sampler = try TraceSampler(name: name, argument: nil)
        let sampled = TraceContext(traceHigh: 1, traceLow: 1, spanID: 1, flags: 1)
        let unsampled = TraceContext(traceHigh: 1, traceLow: 1, spanID: 1, flags: 0)
        #expect(sampler.records(parent: sampled, traceLow: 1) == withSampled)
        #expect(sampler.records(parent: unsampled, traceLow: 1) == withUnsampled)
        #expect(sampler.records(parent: nil, traceLow: 1) == withNone)
    }

    @Test func aRatioRecordsThatShareAndEachTraceWholeOrNotAtAll() throws {
        let sampler = try TraceSampler(name: "traceidratio", argument: "0.25")
        let random = RandomWords()
        let words = (0..<20_000).map { _ in random.next() }
        let recorded = words.filter { sampler.records(parent: nil, traceLow: $0) }
        #expect(4600...5400 ~= recorded.count)
        let parent = TraceContext(traceHigh: 1, traceLow: words[0], spanID: 9, flags: 0)
        #expect(
            sampler.records(parent: parent, traceLow: words[0]) == sampler.records(parent: nil, traceLow: words[0])
        )
        #expect(try TraceSampler(name: "traceidratio", argument: "1").records(parent: nil, traceLow: .max))
        #expect(try !TraceSampler(name: "traceidratio", argument: "0").records(parent: nil, traceLow: 0))
        for argument in ["1.1", "-1", "nan", "half"] {
            #expect(throws: Fault.self) { try TraceSampler(name: "parentbased_traceidratio", argument: argument) }
        }
    }
}
