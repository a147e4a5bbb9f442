import Pipeline
import Postgres
import Testing

@Suite struct PostgresErrorTests {
    @Test(arguments: ["08006", "40001", "40P01", "53300", "57014", "57P01"])
    func whatMayPassIsTriedAgain(_ sqlState: String) {
        let fault = PostgresError(sqlState: sqlState, message: "").fault("postgres.test")
        #expect(fault.verdict == .retry(after: nil))
        #expect(fault.operation == "postgres.test")
    }

    @Test(arguments: ["23505", "22P02", "42601", "42501"])
    func whatWillNeverSucceedIsRejected(_ sqlState: String) {
        #expect(PostgresError(sqlState: sqlState, message: "").fault("postgres.test").faultClass == "reject")
    }

    @Test func aValueThatTheServerQuotesIsLeftOut() {
        let error = PostgresError(sqlState: "22P02", message: #"invalid input syntax for type uuid: "secret""#)
        #expect(error.message == "invalid input syntax for type uuid")
    }
}
