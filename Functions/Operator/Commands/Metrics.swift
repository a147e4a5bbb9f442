import ArgumentParser
import StageRuntime

struct Metrics: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the metrics that workers and Search export, with their names in Prometheus."
    )

    @OptionGroup var output: OutputOptions

    func run() throws {
        guard !output.json else { return try output.print(json: ExportedMetric.all) }
        for metric in ExportedMetric.all {
            let labels = metric.attributes.isEmpty ? "" : " by \(metric.attributes.joined(separator: ", "))"
            StandardStream.output.print("\(metric.prometheus)  \(metric.kind)\(labels)\n    \(metric.help)")
        }
    }
}
