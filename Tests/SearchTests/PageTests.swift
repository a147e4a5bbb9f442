import Cloud
import Pipeline
import Testing

@testable import Search

@Suite struct PageTests {
    @Test func showsASearchBoxAndNoResultBeforeASearch() async throws {
        let response = try await SearchWorld().ask("/")
        #expect(response.status == 200)
        #expect(response.headers["Content-Type"] == "text/html; charset=utf-8")
        #expect(response.text.contains(#"<input id="q" name="q" type="search" value="""#))
        #expect(!response.text.contains("Nothing fits"))
    }

    @Test func showsWhatWasFoundAndWhen() async throws {
        let text = try await SearchWorld().ask("/?q=cold+wind").text
        #expect(text.contains("0:01.2–0:03.0"))
        #expect(text.contains(#"<a href="/v1/assets/\#(SearchWorld.video)">uploads/tour.mp4</a>"#))
        #expect(text.contains("a <mark>cold</mark> <mark>wind</mark> blows"))
        #expect(try await SearchWorld().ask("/?q=unheard-of").text.contains("Nothing fits."))
    }

    @Test func letsNoTextBecomeMarkup() async throws {
        let text = try await SearchWorld().ask("/?q=bridge").text
        #expect(text.contains("&lt;b&gt;the <mark>bridge</mark>&lt;/b&gt; opened"))
        let asked = try await SearchWorld().ask("/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text
        #expect(!asked.contains("<script"))
        #expect(asked.contains("&quot;&gt;&lt;script&gt;"))
    }

    @Test func marksWhatMatchedAndOnlyThat() {
        #expect(HTMLText.marked("the «bridge» & <co>") == "the <mark>bridge</mark> &amp; &lt;co&gt;")
        #expect(HTMLText.marked("» a «b") == "» a <mark>b</mark>")
    }

    @Test func allowsItsOwnStyleAndNothingElse() async throws {
        let first = try await SearchWorld().ask("/")
        let policy = try #require(first.headers["Content-Security-Policy"])
        #expect(policy.contains("default-src 'none'"))
        let nonce = try #require(policy.split(separator: "nonce-").last?.prefix { $0 != "'" })
        #expect(first.text.contains("<style nonce=\"\(nonce)\">"))
        let second = try await SearchWorld().ask("/")
        #expect(second.headers["Content-Security-Policy"] != policy)
        #expect(!first.text.contains("http://") && !first.text.contains("https://"))
    }

    @Test func showsAProblemOnThePage() async throws {
        let response = try await SearchWorld().ask("/?q=\(String(repeating: "a", count: 501))")
        #expect(response.status == 400)
        #expect(response.text.contains(#"<p role="alert">q has more than 500 characters</p>"#))
    }

    @Test func `an asset that its name has found is shown without a time`() async throws {
        let text = try await SearchWorld().ask("/?q=tour.mp4").text
        let link = #"<a href="/v1/assets/\#(SearchWorld.video)">uploads/tour.mp4</a>"#
        #expect(text.contains("<li>\(link), and 1 exact copies\n<small>name</small></li>"))
    }

    @Test func `the page says that only words were searched`() async throws {
        let note = "<p>Only words were searched"
        #expect(try await !SearchWorld().ask("/?q=regatta").text.contains(note))
        var world = SearchWorld()
        world.models = RevisedModelClient()
        #expect(try await world.ask("/?q=regatta").text.contains(note))
    }

    @Test(arguments: ["/", "/health", "/live", "/v1/search", "/nowhere"])
    func everyAnswerForbidsWhatItDoesNotNeed(address: String) async throws {
        let response = try await SearchWorld().ask(address)
        #expect(response.headers["Content-Security-Policy"]?.contains("default-src 'none'") == true)
        #expect(response.headers["X-Content-Type-Options"] == "nosniff")
        #expect(response.headers["Cache-Control"] == "no-store")
    }
}
