import FoundationEssentials
import Pipeline
import Testing

/// What the shorter way reads must be what Foundation reads; what it leaves to Foundation may be anything.
@Suite struct PayloadDecoderTests {
    private struct Inner: Codable, Hashable {
        let key: StageName
        let size: Int64?
    }

    private struct Payload: Codable, Hashable {
        let text: String
        let count: Int
        let small: UInt8?
        let ratio: Double?
        let isDone: Bool?
        let inner: Inner?
        let names: [String: String]?
        let list: [Int]?
        let data: Data?
    }

    /// Goes another way where a field is no number: a decoder that gives up must not be taken for that.
    private struct Lenient: Codable, Hashable {
        let size: Double

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            size = (try? container.decode(Double.self, forKey: .size)) ?? -1
        }

        init(size: Double) { self.size = size }
    }

    private func foundation<Value: Decodable>(_ type: Value.Type, _ text: String) -> Value? {
        try? JSONDecoder().decode(type, from: Data(text.utf8))
    }

    @Test(arguments: [
        #"{"text":"a","count":1}"#, #" { "text" : "é漢😀" , "count" : -12 , "other":{"deep":{"er":null}} } "#,
        #"{"text":"","count":0,"small":255,"ratio":3,"isDone":true,"inner":{"key":"probe","size":null},"names":{"a":"b"}}"#,
    ])
    func simplePayloadsAreReadByTheShorterWay(_ text: String) throws {
        let payload = try #require(PayloadDecoder.plain(Payload.self, from: Data(text.utf8)))
        #expect(payload == foundation(Payload.self, text))
    }

    @Test func eventsAreReadByTheShorterWay() throws {
        let source = ObjectReference(bucket: "b", key: "a/b", byteCount: 7, contentType: nil, digest: "0f")
        let event = AssetProbed(source: source, media: .video, durationMilliseconds: 5)
        // Foundation's encoder would write a slash with an escape.
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = try encoder.encode(event)
        #expect(PayloadDecoder.plain(AssetProbed.self, from: text) == event)
    }

    @Test(arguments: [
        #"{"text":"a","count":01}"#, #"{"text":"a","count":-0}"#, #"{"text":"a","count":1.0}"#,
        #"{"text":"a","count":"1"}"#,
        #"{"text":"a\u00e9","count":1}"#, #"{"text":"\ud83d","count":1}"#, #"{"text":"a","text":"b","count":1}"#,
        #"{"text":"a","count":1,"small":256}"#, #"{"text":"a","count":1,"list":[1]}"#, #"{"text":null,"count":1}"#,
        #"{"text":"a"}"#, #"{"text":"a","count":99999999999999999999}"#, #"{"text":"a","count":1,"x":1.2.}"#, #"[]"#,
        #"{"text":"a","count":1,"data":"YQ=="}"#, #"{"text":"a","count":nul}"#, #"{"text":"a","count":+1}"#,
    ])
    func whatIsNotSimpleIsLeftToFoundation(_ text: String) {
        #expect(PayloadDecoder.plain(Payload.self, from: Data(text.utf8)) == nil)
        let decoded = try? PayloadDecoder.decode(Payload.self, from: Data(text.utf8))
        #expect(decoded == foundation(Payload.self, text))
    }

    @Test func textThatIsNoUnicodeIsLeftToFoundation() {
        var text = Data(#"{"count":1,"text":"a"}"#.utf8)
        text[text.count - 3] = 0xFF
        #expect(PayloadDecoder.plain(Payload.self, from: text) == nil)
    }

    @Test(arguments: [#"{"size":5}"#, #"{"size":"x"}"#, #"{"size":[]}"#, #"{"size":1.5}"#, "{}"])
    func aTypeThatGoesOnAfterAnErrorGoesFoundationsWay(_ text: String) throws {
        #expect(try PayloadDecoder.decode(Lenient.self, from: Data(text.utf8)) == foundation(Lenient.self, text))
    }

    @Test(arguments: 0..<20)
    func damagedPayloadsAreReadAsFoundationDoes(_ seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let whole = Array(
            #"{"text":"some words","count":120,"small":7,"ratio":2,"isDone":false,"inner":{"key":"k","size":-3},"names":{}}"#
                .utf8
        )
        let alphabet = Array(#"{}[]",:\ 0123456789.-+eEntrueflas\u"#.utf8) + [0x00, 0x1F, 0x7F, 0xC3, 0xFF]
        for _ in 0..<500 {
            var bytes = whole
            for _ in 0...Int.random(in: 0...2, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[place] = alphabet.randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: place)
                }
            }
            guard let plain = PayloadDecoder.plain(Payload.self, from: Data(bytes)) else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(plain == (try? JSONDecoder().decode(Payload.self, from: Data(bytes))), "\(text)")
        }
    }
}

/// Source: "Fast splittable pseudorandom number generators", Steele et al., 2014.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
