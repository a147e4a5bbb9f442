import Inference
import Pipeline
import Testing

@Suite struct ModelSettingsTests {
    private let model = #"{"protocol":"openai","url":"http://a","name":"m","revision":"1"}"#

    private func read(_ json: String) throws(Fault) -> ModelSettings {
        try ModelSettings(json: Array(json.utf8), environment: [:])
    }

    @Test func routesNameModelsOfTheFile() throws {
        let settings = try read(#"{"models":{"a":\#(model),"b":\#(model)},"routes":{"embed":["b","a"],"readText":[]}}"#)
        #expect(settings.routes[.embed]?.map(\.name) == ["m", "m"])
        #expect(settings.routes[.readText]?.isEmpty == true)
        #expect(settings.routes[.transcribe] == nil)
    }

    @Test func whatIsWrongIsNamedInOneLine() {
        let other = #"{"protocol":"openai","url":"http://a","name":"n","revision":"1"}"#
        let wrong = [
            ("{", "shape"),
            (#"{"models":{},"routes":{"sing":[]}}"#, "sing"),
            (#"{"models":{},"routes":{"embed":["a"]}}"#, "'a'"),
            (#"{"models":{"a":\#(model)},"routes":{"readText":["a"]}}"#, "openai"),
            (#"{"models":{"a":\#(model),"b":\#(other)},"routes":{"embed":["a","b"]}}"#, "one name and revision"),
            (#"{"models":{"a":\#(model.replacing("http://a", with: "a:80"))},"routes":{}}"#, "url"),
            (#"{"models":{"a":\#(model.dropLast()),"key":"MODEL_KEY"}},"routes":{}}"#, "MODEL_KEY"),
            (#"{"models":{"a":\#(model.dropLast()),"timeoutSeconds":0}},"routes":{}}"#, "timeoutSeconds"),
        ]
        for (json, words) in wrong {
            let fault = #expect(throws: Fault.self) { try read(json) }
            #expect(fault?.description.contains(words) == true, "\(String(describing: fault))")
        }
    }

    @Test func theSettingMayHoldTheContent() throws {
        let json =
            #"{"models":{"a":{"protocol":"openai","url":"http://a","name":"m","revision":"1"}},"routes":{"embed":["a"]}}"#
        let settings = try ModelSettings(environment: ["MEDIA_MODELS": json])
        #expect(settings.routes[.embed]?.map(\.name) == ["m"])
    }

    @Test func aMissingSettingOrFileIsNamed() {
        for environment in [[:], ["MEDIA_MODELS": "/does/not/exist"]] {
            let fault = #expect(throws: Fault.self) { try ModelSettings(environment: environment) }
            #expect(fault?.description.contains("MEDIA_MODELS") == true)
        }
    }
}
