import Pipeline
import StageRuntime
import Testing

@Suite struct ReplayProcessTests {
    @Test func theReportIsWhatTheProgramPrints() async throws {
        let report = try await ReplayProcess(program: "/bin/echo").report(of: "cases/a.json")
        #expect(report == "--replay cases/a.json --quiet\n")
    }

    @Test(arguments: ["/bin/true", "/bin/false", "/no/such/program"])
    func aProgramThatPrintsNothingGivesNoReport(program: String) async {
        await #expect(throws: Fault.self) { try await ReplayProcess(program: program).report(of: "a.json") }
    }
}
