import Pipeline
import Testing

@testable import Operator

@Suite struct StatusTableTests {
    @Test func `what the maker of a file wrote does not steer the terminal`() {
        let asset = Asset(
            id: "11111111-1111-8111-a111-111111111111",
            generation: 1,
            source: ObjectReference(
                bucket: "media",
                key: "uploads/\u{1B}[2Ja.mp4",
                byteCount: 9,
                contentType: nil,
                digest: "aa"
            ),
            state: .failed,
            reason: "no \u{1B}[31mstream"
        )
        let run = LedgerRow(
            run: PlannedRun(RunName("probe")),
            state: .failed,
            attempts: 8,
            reason: "no \u{1B}[31mstream"
        )
        #expect(StatusTable.text([AssetStatus(asset: asset, runs: [run])]) == " [2Ja.mp4  failed: no  [31mstream")
        #expect(StatusTable.text(run) == "  probe  failed  attempts 8: no  [31mstream")
    }
}
