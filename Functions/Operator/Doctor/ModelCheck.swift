import Inference
import Pipeline
import StageRuntime

/// The models: whether every route that a stage asks has one that answers.
struct ModelCheck {
    private static let oneSecond = 16_000
    private static let side = 64

    let session: Session
    let topology: Topology

    func findings() async -> [Finding] {
        let settings: ModelSettings
        let client: any ModelClient
        do {
            settings = try ModelSettings(environment: session.environment)
            client = try session.wiring.models()
        } catch {
            return [.bad("models", "\(error)", remedy: "MEDIA_MODELS names a JSON file of models and routes")]
        }
        var findings: [Finding] = []
        for task in ModelTask.allCases {
            let route = settings.routes[task] ?? []
            let askers = topology.stages.filter { $0.models.contains(task.rawValue) }.map(\.name.rawValue)
            let subject = "model for \(task.rawValue)"
            guard !route.isEmpty else {
                let text = "no model is named for it: \(askers.joined(separator: ", ")) will fail"
                findings.append(.bad(subject, text, remedy: "name one under routes in MEDIA_MODELS"))
                continue
            }
            let began = ContinuousClock.now
            do {
                let model = try await ask(task, client)
                let milliseconds = Int((ContinuousClock.now - began) / .milliseconds(1))
                findings.append(.good(subject, "\(model.name), revision \(model.revision), in \(milliseconds) ms"))
            } catch {
                let names = route.map { "\($0.name) at \($0.url)" }.joined(separator: ", ")
                let remedy = "does it run, and is its key right?"
                findings.append(.bad(subject, "\(names) does not answer: \(error)", remedy: remedy))
            }
        }
        return findings
    }

    private func ask(_ task: ModelTask, _ client: any ModelClient) async throws -> ModelVersion {
        switch task {
        case .embed: return try await client.embed(["doctor"]).model
        case .transcribe: return try await client.transcribe(Array(repeating: 0, count: Self.oneSecond)).model
        case .readText:
            let pixels = [UInt8](repeating: 255, count: Self.side * Self.side * 3)
            return try await client.readText(in: RGBImage(width: Self.side, height: Self.side, pixels: pixels)).model
        }
    }
}
