import Pipeline
import Testing

@testable import StageRuntime

@Suite struct StageArgumentsTests {
    @Test func recordingTakesAFolderAndACount() throws {
        let all = StageArguments.record(.init(folder: "cases", count: 3))
        #expect(try StageArguments(["--record", "cases", "--count", "3"]) == all)
        #expect(try StageArguments(["--count", "3", "--record", "cases"]) == all)
        #expect(try StageArguments(["--record", "cases"]) == .record(.init(folder: "cases", count: CaseLimits.count)))
    }

    @Test(arguments: [
        ["--record"], ["--record", ""], ["--record", "a", "--count"], ["--record", "a", "--count", "0"],
        ["--record", "a", "--count", "-1"], ["--record", "a", "--count", "many"], ["--record", "a", "b"],
        ["--count", "3"], ["--record", "a", "--commit"], ["--record", "a", "--record", "b"],
    ])
    func whatIsNoRecordingIsNotUnderstood(arguments: [String]) {
        #expect(throws: Fault.self) { try StageArguments(arguments) }
    }

    @Test func replayingMayCommitOrBeQuiet() throws {
        #expect(try StageArguments(["--replay", "a"]) == .replay(.init(path: "a", commits: false)))
        #expect(try StageArguments(["--replay", "a", "--commit"]) == .replay(.init(path: "a", commits: true)))
        let quiet = StageArguments.replay(.init(path: "a", commits: false, isQuiet: true))
        #expect(try StageArguments(["--quiet", "--replay", "a"]) == quiet)
        #expect(throws: Fault.self) { try StageArguments(["--replay"]) }
        #expect(throws: Fault.self) { try StageArguments(["--replay", "a", "--count", "3"]) }
    }
}
