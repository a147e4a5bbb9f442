import Glibc
import Hummingbird
import Logging
import Pipeline
import StageRuntime

do {
    let settings = try Settings(environment: ProcessEnvironment.variables())
    let wiring = try Wiring(settings, name: "search")
    let address = try ListenAddress(environment: settings.environment)
    let service = SearchService(
        catalog: try wiring.catalog(),
        models: try wiring.models(),
        tenant: settings.tenant,
        logger: wiring.logger
    )
    let application = service.application(host: address.host, port: address.port) { port in
        wiring.logger.info("listening", metadata: ["port": "\(port)"])
    }
    try await application.runService()
} catch {
    StandardStream.error.print("media-search: \(error)")
    exit(1)
}
