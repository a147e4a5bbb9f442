import Pipeline
import Testing

@Suite struct PlanTests {
    private let scenes = RunName("scenes")
    private let text = RunName("readtext")
    private let embed = RunName("embed", part: "text")
    private let sound = RunName("transcribe")

    @Test func aFailedRunTakesItsDependentsAndNothingElse() throws {
        let plan = try Plan([
            PlannedRun(scenes), PlannedRun(sound), PlannedRun(text, after: scenes), PlannedRun(embed, after: text),
        ])
        #expect(plan.dependents(of: scenes) == [text, embed])
        #expect(plan.dependents(of: sound).isEmpty)
    }

    @Test func aRunCannotBePlannedTwiceOrWaitForOneThatIsNotPlanned() {
        #expect(throws: Fault.self) { try Plan([PlannedRun(scenes), PlannedRun(scenes)]) }
        #expect(throws: Fault.self) { try Plan([PlannedRun(text, after: scenes)]) }
    }
}
