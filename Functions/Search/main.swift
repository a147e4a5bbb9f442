import Glibc
import Pipeline
import StageRuntime

do {
    let settings = try Settings(environment: ProcessEnvironment.variables())
    let wiring = try Wiring(settings, name: "search")
    let address = try ListenAddress(environment: settings.environment)
    let service = SearchService(
        catalog: try wiring.catalog(),
        models: try wiring.models(),
        tenant: settings.tenant
    )
    try await service.application(host: address.host, port: address.port, logger: wiring.logger).runService()
} catch {
    StandardStream.error.print("media-search: \(error)")
    exit(1)
}
