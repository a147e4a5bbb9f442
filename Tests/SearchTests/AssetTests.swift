import Cloud
import HummingbirdCore
import Pipeline
import Testing

@testable import Search

@Suite struct AssetTests {
    @Test func listsAssetsTheNewestFirst() async throws {
        let list = try await SearchWorld().ask("/v1/assets").json(as: AssetList.self)
        #expect(list.assets.map(\.name) == ["uploads/notice.png", "uploads/copy.mp4", "uploads/tour.mp4"])
        #expect(list.assets.map(\.duplicateOf) == [nil, SearchWorld.video, nil])
        #expect(list.assets.last?.runs.map(\.stage) == ["transcribe"])
        let newest = try await SearchWorld().ask("/v1/assets?limit=1").json(as: AssetList.self)
        #expect(newest.assets.map(\.asset) == [SearchWorld.picture])
    }

    @Test func showsWhatWasFoundInAnAsset() async throws {
        let answer = try await SearchWorld().ask("/v1/assets/\(SearchWorld.video)").json(as: AssetAnswer.self)
        #expect(answer.asset.kind == .video)
        #expect(answer.asset.state == .complete)
        #expect(answer.moments.map(\.kind) == [.shot, .speech, .speech])
        #expect(answer.momentCount == 3)
    }

    @Test func cutsALongAnswerShortAndSaysSo() async throws {
        var world = SearchWorld()
        world.limits.momentCount = 2
        let answer = try await world.ask("/v1/assets/\(SearchWorld.video)").json(as: AssetAnswer.self)
        #expect(answer.moments.count == 2)
        #expect(answer.momentCount == 3)
    }

    @Test func `a long list goes on where it was cut`() async throws {
        let first = try await SearchWorld().ask("/v1/assets?limit=2").json(as: AssetList.self)
        #expect(first.assets.map(\.asset) == [SearchWorld.picture, SearchWorld.copy])
        let next = try #require(first.next)
        let rest = try await SearchWorld().ask("/v1/assets?limit=2&after=\(next)").json(as: AssetList.self)
        #expect(rest.assets.map(\.asset) == [SearchWorld.video])
        #expect(rest.next == nil)
        let all = try await SearchWorld().ask("/v1/assets?limit=3").json(as: AssetList.self)
        #expect(all.assets.count == 3 && all.next == nil)
    }

    @Test(arguments: [SearchWorld.video, SearchWorld.copy])
    func `the moments of an asset go on where its answer was cut`(asset: AssetID) async throws {
        var world = SearchWorld()
        world.limits.momentCount = 2
        let answer = try await world.ask("/v1/assets/\(asset)").json(as: AssetAnswer.self)
        let next = try #require(answer.next)
        let address = "/v1/assets/\(asset)/moments"
        let rest = try await world.ask("\(address)?limit=2&after=\(next)").json(as: MomentList.self)
        #expect(rest.moments.map(\.startMilliseconds) == [6400])
        #expect(rest.momentCount == 3)
        #expect(rest.next == nil)
        let all = try await SearchWorld().ask(address).json(as: MomentList.self)
        #expect(all.moments == answer.moments + rest.moments)
        #expect(all.next == nil)
    }

    @Test func showsACopyWithTheMomentsOfItsOriginal() async throws {
        let answer = try await SearchWorld().ask("/v1/assets/\(SearchWorld.copy)").json(as: AssetAnswer.self)
        #expect(answer.asset.asset == SearchWorld.copy)
        #expect(answer.momentCount == 3)
    }

    @Test func showsWhatAnAssetRepeats() async throws {
        let answer = try await SearchWorld().ask("/v1/assets/\(SearchWorld.video)/duplicates").json(
            as: DuplicatesAnswer.self
        )
        #expect(answer.duplicates.map(\.asset) == [SearchWorld.copy])
        #expect(answer.duplicates.map(\.relation) == [.identical])
        #expect(try await SearchWorld().ask("/v1/assets/00000000-0000-0000-0000-000000000000/duplicates").status == 404)
    }

    @Test func givesWhatIsSaidAsCaptions() async throws {
        let address = "/v1/assets/\(SearchWorld.video)/captions"
        let webVTT = try await SearchWorld().ask("\(address).vtt")
        #expect(webVTT.headers["Content-Type"] == "text/vtt; charset=utf-8")
        #expect(webVTT.text.hasPrefix("WEBVTT\n\n00:00:01.200 --> 00:00:03.000\na cold wind blows\n"))
        let subRip = try await SearchWorld().ask("\(address).srt")
        #expect(subRip.headers["Content-Type"] == "application/x-subrip")
        #expect(subRip.text.hasPrefix("1\n00:00:01,200 --> 00:00:03,000\na cold wind blows\n"))
    }

    @Test func givesCaptionsWithoutCuesWhereNothingIsSaid() async throws {
        let response = try await SearchWorld().ask("/v1/assets/\(SearchWorld.picture)/captions.vtt")
        #expect(response.status == 200)
        #expect(!response.text.contains("-->"))
        #expect(response.text.hasPrefix("WEBVTT"))
    }

    @Test func givesTheDerivedObjectsOfAnAssetAndOfItsCopy() async throws {
        for asset in [SearchWorld.video, SearchWorld.copy] {
            let answer = try await SearchWorld().ask("/v1/assets/\(asset)").json(as: AssetAnswer.self)
            let keyframe = try #require(answer.outputs.first)
            #expect(keyframe.startMilliseconds == 1200)
            let response = try await SearchWorld().ask(keyframe.path)
            #expect(response.status == 200)
            #expect(response.headers["Content-Type"] == "image/jpeg")
            #expect(response.text == "a picture")
        }
    }

    @Test func `a derived object never changes and may be kept by who asked for it`() async throws {
        let response = try await SearchWorld().ask("/v1/assets/\(SearchWorld.video)/outputs/cafe")
        #expect(response.headers["Cache-Control"] == "private, max-age=31536000, immutable")
    }

    @Test func `a client that reads nothing is let go`() async throws {
        var world = SearchWorld()
        world.limits.writeTimeout = .milliseconds(20)
        let response = try await world.service(try await world.record()).output("cafe", of: SearchWorld.video)
        await #expect(throws: DeadlineExceeded.self) { try await response.body.write(UnreadWriter()) }
    }

    @Test func givesNoObjectOfAnotherAsset() async throws {
        #expect(try await SearchWorld().ask("/v1/assets/\(SearchWorld.picture)/outputs/cafe").status == 404)
        #expect(try await SearchWorld().ask("/v1/assets/\(SearchWorld.video)/outputs/beef").status == 404)
    }
}
