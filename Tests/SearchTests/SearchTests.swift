import Cloud
import Pipeline
import Testing

@testable import Search

@Suite struct SearchTests {
    @Test func findsTheSecondInWhichWordsAreSaid() async throws {
        let answer = try await SearchWorld().ask("/v1/search?q=cold+wind").json(as: SearchAnswer.self)
        #expect(answer.query == "cold wind")
        #expect(answer.byMeaning)
        #expect(answer.hits.first?.asset == SearchWorld.video)
        #expect(answer.hits.first?.startMilliseconds == 1200)
        #expect(answer.hits.first?.name == "uploads/tour.mp4")
    }

    @Test func findsWordsOnlyInTheAssetAskedFor() async throws {
        let address = "/v1/search?q=regatta&in=\(SearchWorld.video)"
        #expect(try await SearchWorld().ask(address).json(as: SearchAnswer.self).hits.isEmpty)
    }

    @Test func givesNoMoreHitsThanWereAskedFor() async throws {
        let answer = try await SearchWorld().ask("/v1/search?q=the&limit=1").json(as: SearchAnswer.self)
        #expect(answer.hits.count == 1)
    }

    @Test func searchesByWordsWhereNoModelAnswersInTime() async throws {
        var world = SearchWorld()
        world.models = SilentModelClient()
        world.limits.embedTimeout = .milliseconds(20)
        let answer = try await world.ask("/v1/search?q=regatta").json(as: SearchAnswer.self)
        #expect(!answer.byMeaning)
        #expect(answer.hits.map(\.asset) == [SearchWorld.picture])
    }

    @Test func `a model that nothing was embedded by takes no part`() async throws {
        var world = SearchWorld()
        world.models = RevisedModelClient()
        let answer = try await world.ask("/v1/search?q=regatta").json(as: SearchAnswer.self)
        #expect(!answer.byMeaning)
        #expect(answer.hits.map(\.asset) == [SearchWorld.picture])
    }

    @Test func `a model took part where nothing was near`() async throws {
        let answer = try await SearchWorld().ask("/v1/search?q=unheard-of").json(as: SearchAnswer.self)
        #expect(answer.byMeaning)
        #expect(answer.hits.isEmpty)
    }

    @Test func `an excluded word is neither searched for nor found`() async throws {
        let address = "/v1/search?q=cold+wind+-blows"
        let answer = try await SearchWorld().ask(address).json(as: SearchAnswer.self)
        #expect(answer.query == "cold wind -blows")
        #expect(answer.hits.isEmpty)
        let other = try await SearchWorld().ask("/v1/search?q=cold+wind+-bridge").json(as: SearchAnswer.self)
        #expect(other.hits.map(\.startMilliseconds) == [1200])
    }

    @Test func `a file is found by its name`() async throws {
        let answer = try await SearchWorld().ask("/v1/search?q=notice.png").json(as: SearchAnswer.self)
        #expect(answer.hits.map(\.asset) == [SearchWorld.picture])
        #expect(answer.hits.map(\.kind) == [.name])
    }

    @Test(arguments: [
        ("/v1/search", "q is what to search for"),
        ("/v1/search?q=-", "q is what to search for"),
        ("/v1/search?q=-night+-%22old+ship%22", "q only excludes: it needs something to search for"),
        ("/v1/search?q=%20", "q is what to search for"),
        ("/v1/search?q=" + String(repeating: "a", count: 501), "q has more than 500 characters"),
        ("/v1/search?q=a%00b", "q has a NUL character"),
        ("/v1/search?q=a&limit=0", "limit is a number from 1 to 100"),
        ("/v1/search?q=a&limit=101", "limit is a number from 1 to 100"),
        ("/v1/search?q=a&limit=many", "limit is a number from 1 to 100"),
        ("/v1/search?q=a&in=..%2F", "an asset's id is a UUID in lower case"),
        ("/v1/search?q=a&q=b", "q stands twice in the address"),
        ("/v1/search?q=%2", "the address has a broken percent escape"),
        ("/v1/search?q=%FF", "the address has a broken percent escape"),
        ("/v1/assets?limit=201", "limit is a number from 1 to 200"),
        ("/v1/assets?after=last", "an asset's id is a UUID in lower case"),
        ("/v1/assets/1", "an asset's id is a UUID in lower case"),
        ("/v1/assets/\(unknown)/moments?after=last", "after is the next of an earlier answer"),
        ("/v1/assets/\(unknown)/moments?after=1.1.a%00", "after is the next of an earlier answer"),
        ("/v1/assets/\(unknown)/moments?limit=10001", "limit is a number from 1 to 10000"),
    ])
    func saysWhatIsWrongWithARequest(address: String, detail: String) async throws {
        let response = try await SearchWorld().ask(address)
        #expect(response.status == 400)
        #expect(response.headers["Content-Type"] == "application/problem+json")
        let problem = try response.json(as: ProblemDocument.self)
        #expect(problem == ProblemDocument(type: "about:blank", title: "Bad Request", status: 400, detail: detail))
    }

    @Test(arguments: ["/v2", "/v1/assets/99999999-9999-8999-a999-999999999999", "/v1/search?q=a&in=\(unknown)"])
    func answersNotFoundAsAProblem(address: String) async throws {
        let response = try await SearchWorld().ask(address)
        #expect(response.status == 404)
        #expect(try response.json(as: ProblemDocument.self).status == 404)
    }

    @Test func asksToComeAgainWhereTheRecordDoesNotAnswer() async throws {
        let response = try await SearchWorld().ask("/v1/search?q=a", catalog: FailingCatalog(fault: .retry("postgres")))
        #expect(response.status == 503)
        #expect(response.headers["Retry-After"] == "2")
        #expect(!response.text.contains("postgres"))
    }

    @Test func givesUpWhereTheRecordTakesTooLong() async throws {
        var world = SearchWorld()
        world.limits.catalogTimeout = .milliseconds(20)
        let response = try await world.ask("/v1/assets", catalog: FailingCatalog(fault: nil))
        #expect(response.status == 503)
    }

    @Test func keepsTheReasonOfARefusalToItself() async throws {
        let catalog = FailingCatalog(fault: .reject("postgres", "column secret does not exist"))
        let response = try await SearchWorld().ask("/v1/assets", catalog: catalog)
        #expect(response.status == 500)
        #expect(!response.text.contains("secret"))
    }

    @Test func isHealthyAsLongAsTheRecordAnswers() async throws {
        let well = try await SearchWorld().ask("/health")
        #expect(well.status == 200)
        #expect(well.text == #"{"status":"ok"}"#)
        let ill = try await SearchWorld().ask("/health", catalog: FailingCatalog(fault: .retry("postgres")))
        #expect(ill.status == 503)
    }

    @Test func `the process lives whatever has become of the record`() async throws {
        let response = try await SearchWorld().ask("/live", catalog: FailingCatalog(fault: .retry("postgres")))
        #expect(response.status == 200)
        #expect(response.text == #"{"status":"ok"}"#)
    }

    @Test func answersNoOtherMethod() async throws {
        #expect(try await SearchWorld().ask("/v1/search?q=a", method: "POST").status == 404)
        #expect(try await SearchWorld().ask("/v1/assets", method: "HEAD").status == 200)
    }
}

private let unknown = "99999999-9999-8999-a999-999999999999"

/// RFC 9457's members that every answer has.
private struct ProblemDocument: Decodable, Equatable {
    let type: String
    let title: String
    let status: Int
    let detail: String
}
