internal import CoreMetrics
internal import Inference
internal import Metrics
internal import Pipeline

/// Records what models are asked and what they answer. There are few models, and a call takes far longer than to find
/// its instruments.
struct ModelMetrics: Sendable {
    let factory: any MetricsFactory
    /// Who asks: a stage, or Search.
    let stage: String

    func record(_ call: ModelCall) {
        let model = [("media.model", call.model.name), ("media.task", call.task.rawValue), ("media.stage", stage)]
        let failure = call.faultClass.map { [("error.type", $0)] } ?? []
        Timer(label: "media.model.call.duration", dimensions: model + failure, factory: factory)
            .record(duration: call.time)
        guard call.faultClass == nil else { return }
        count("media.model.units", call.units, model)
        if call.cost > 0 { count("media.cost", call.cost, model) }
        guard let confidence = call.confidence else { return }
        Recorder(label: "media.model.confidence", dimensions: model, aggregate: true, factory: factory)
            .record(confidence)
    }

    private func count(_ name: String, _ amount: Double, _ dimensions: [(String, String)]) {
        FloatingPointCounter(label: name, dimensions: dimensions, factory: factory).increment(by: amount)
    }
}
