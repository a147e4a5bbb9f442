import Pipeline
import Postgres
import Testing

@Suite struct PostgresErrorTests {
    @Test(arguments: ["08006", "40001", "40P01", "53300", "57014", "57P01", "55P03", "25006"])
    func whatMayPassIsTriedAgain(_ sqlState: String) {
        let fault = PostgresError(sqlState: sqlState, message: "").fault("postgres.test")
        #expect(fault.verdict == .retry(after: nil))
        #expect(fault.operation == "postgres.test")
    }

    @Test(arguments: ["23505", "22P02", "42601", "42501"])
    func whatWillNeverSucceedIsRejected(_ sqlState: String) {
        #expect(PostgresError(sqlState: sqlState, message: "").fault("postgres.test").faultClass == "reject")
    }

    /// A worker of a new build may start before `media migrate` has run: nothing is lost, and no attempt is.
    @Test(arguments: ["42703", "42P01", "42883"])
    func whatTheDatabaseDoesNotKnowYetWaits(_ sqlState: String) {
        let fault = PostgresError(sqlState: sqlState, message: "there is no such column").fault("postgres.commit")
        #expect(fault.verdict == .throttled(after: .seconds(10)))
        #expect("\(fault)".contains("media migrate"))
    }

    @Test func aValueThatTheServerQuotesIsLeftOut() {
        let syntax = PostgresError(sqlState: "22P02", message: #"invalid input syntax for type uuid: "a "secret"""#)
        #expect(syntax.message == "invalid input syntax for type uuid: …")
        let range = PostgresError(sqlState: "22003", message: #"value "123" is out of range for type integer"#)
        #expect(range.message == "value … is out of range for type integer")
        let missing = PostgresError(sqlState: "42P01", message: #"relation "t" does not exist"#)
        #expect(missing.message == #"relation "t" does not exist"#)
    }
}
