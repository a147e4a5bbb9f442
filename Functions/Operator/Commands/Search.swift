import ArgumentParser
import Cloud
import Foundation
import Pipeline
import StageRuntime

struct Search: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finds the second where something is said or shown.",
        discussion: """
            By words, by meaning and by the names of files; "phrases in quotes", -excluded words and OR are understood. A \
            question with an excluded word is quoted as a whole, and does not begin with it: \
            media search 'harbour -night'.
            """
    )

    @Argument(help: "What to look for.")
    var query: [String]
    @Option(name: .customLong("in"), help: "Only in this asset (id or name).")
    var asset: String?
    @Option(name: .long, help: "At most so many answers.")
    var limit = 10
    @OptionGroup var output: OutputOptions

    private struct Answer: Decodable {
        let byMeaning: Bool
        let hits: [SearchHit]
    }

    func run() async throws {
        let session = try Session()
        guard let web = session.web, var url = URLComponents(string: "\(web)/v1/search") else {
            throw Failure("MEDIA_SEARCH_URL is not set: the address of the search server")
        }
        url.queryItems = [
            URLQueryItem(name: "q", value: query.joined(separator: " ")),
            URLQueryItem(name: "limit", value: String(limit)),
        ]
        if let asset {
            let found = try await session.asset(asset, in: try session.wiring.catalog())
            url.queryItems?.append(URLQueryItem(name: "in", value: found.asset.id.rawValue))
        }
        // A plus sign is left as it is by URLComponents, and read as a space by servers.
        url.percentEncodedQuery = url.percentEncodedQuery?.replacingOccurrences(of: "+", with: "%2B")
        let body = try await Web(session.wiring.http).get(url.string ?? web)
        guard !output.json else { return StandardStream.output.print(String(decoding: body, as: UTF8.self)) }
        let answer = try JSONDecoder().decode(Answer.self, from: Data(body))
        if !answer.byMeaning {
            StandardStream.error.print("only words were searched: no model answered, or it is new here")
        }
        for hit in answer.hits { StandardStream.output.print(MomentLine.text(hit)) }
        if answer.hits.isEmpty { StandardStream.output.print("no match") }
    }
}
