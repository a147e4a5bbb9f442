import Pipeline
import Testing

@testable import Search

@Suite struct ListenAddressTests {
    @Test func listensOnLoopbackUnlessToldOtherwise() throws {
        let standard = try ListenAddress(environment: [:])
        #expect(standard.host == "127.0.0.1")
        #expect(standard.port == 8080)
        let told = try ListenAddress(environment: ["MEDIA_SEARCH_ADDRESS": "[::1]:0"])
        #expect(told.host == "::1")
        #expect(told.port == 0)
    }

    @Test(arguments: ["8080", ":8080", "host:", "host:port", "host:65536"])
    func namesTheSettingThatIsWrong(text: String) {
        let fault = #expect(throws: Fault.self) { try ListenAddress(environment: ["MEDIA_SEARCH_ADDRESS": text]) }
        #expect(fault?.description.contains("MEDIA_SEARCH_ADDRESS is \(text)") == true)
    }
}
