import Cloud
import Testing

@Suite struct UnixTimeTests {
    @Test(arguments: [
        (0, "19700101T000000Z"), (951_827_696, "20000229T123456Z"), (1_767_225_599, "20251231T235959Z"),
        (4_107_542_400, "21000301T000000Z"),
    ])
    func timesAreWrittenAsSignaturesWantThem(_ seconds: Int64, _ text: String) {
        #expect(UnixTime.basic(seconds) == text)
    }

    @Test func datesOfHeadersAndDocumentsAreRead() {
        #expect(UnixTime.parse(httpDate: "Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
        #expect(UnixTime.parse(rfc3339: "2000-02-29T12:34:56Z") == 951_827_696)
        #expect(UnixTime.parse(rfc3339: "2026-01-01T00:00:00.123Z") == 1_767_225_600)
    }

    @Test(arguments: ["", "yesterday", "2026-01-01", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00+01:00"])
    func whatIsNoDateIsNil(_ text: String) {
        #expect(UnixTime.parse(rfc3339: text) == nil)
        #expect(UnixTime.parse(httpDate: text) == nil)
    }
}
