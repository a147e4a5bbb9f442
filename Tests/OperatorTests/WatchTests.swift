import Pipeline
import Testing

@testable import Operator

@Suite struct WatchTests {
    private func asset(_ state: AssetState, generation: Int = 1, digest: Digest = "aa") -> Asset {
        Asset(
            id: "11111111-1111-8111-a111-111111111111",
            generation: generation,
            source: ObjectReference(
                bucket: "media",
                key: "uploads/a.mp4",
                byteCount: 9,
                contentType: nil,
                digest: digest
            ),
            state: state
        )
    }

    private func isMet(_ asset: Asset, known: Asset?) -> Bool {
        Watch.Expected(id: asset.id, digest: "aa", known: known).isMet(by: asset)
    }

    @Test(arguments: [AssetState.complete, .partial, .failed])
    func `a new file is waited for until its end`(_ state: AssetState) {
        #expect(!isMet(asset(.processing), known: nil))
        #expect(isMet(asset(state), known: nil))
    }

    @Test func `other bytes under the same name are not what was put`() {
        let before = asset(.complete, digest: "bb")
        #expect(!isMet(before, known: before))
        #expect(!isMet(asset(.processing, generation: 2), known: before))
        #expect(isMet(asset(.failed, generation: 2), known: before))
    }

    @Test func `the same bytes are there at once where they were read, and tried again where they were not`() {
        #expect(isMet(asset(.complete), known: asset(.complete)))
        #expect(!isMet(asset(.failed), known: asset(.failed)))
        #expect(isMet(asset(.failed, generation: 2), known: asset(.failed)))
    }

    @Test func `bytes that come again while they are at work end with that work`() {
        #expect(!isMet(asset(.processing), known: asset(.processing)))
        #expect(isMet(asset(.failed), known: asset(.processing)))
    }
}
