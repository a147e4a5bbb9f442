import Glibc
import Hummingbird
import Pipeline
import StageRuntime

do {
    let settings = try Settings(environment: ProcessEnvironment.variables())
    let wiring = try Wiring(settings, name: "search")
    let address = try ListenAddress(environment: settings.environment)
    let service = SearchService(
        catalog: try wiring.catalog(),
        objects: wiring.objects,
        models: try wiring.models(),
        tenant: settings.tenant,
        logger: wiring.logger,
        metrics: wiring.telemetry.metrics
    )
    wiring.telemetry.bootstrap(level: settings.logLevel)
    try await service.application(host: address.host, port: address.port).runService()
    await wiring.telemetry.shutdown(within: .seconds(5))
} catch {
    StandardStream.error.print("media-search: \(error)")
    exit(1)
}
