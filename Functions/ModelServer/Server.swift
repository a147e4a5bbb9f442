import FoundationEssentials
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// The HTTP server with its models.
struct Server: Sendable {
    /// More wait to be taken.
    static let connectionLimit = 256
    /// A connection that neither sends nor waits for an answer is closed.
    static let idleTimeout: Duration = .seconds(30)

    let settings: Settings
    let models: Models
    let logger: Logger

    init(_ settings: Settings, logger: Logger) {
        self.settings = settings
        self.logger = logger
        models = Models(settings)
    }

    /// Serves until the process is told to end (SIGTERM, SIGINT); requests that have begun are answered first.
    ///
    /// - Throws: where the address can't be listened on.
    func run() async throws {
        let router = Router()
        let bodies = ByteBudget(Work.heldByteLimit)
        OpenAIRoutes(models: models, bodies: bodies, logger: logger).add(to: router)
        KServeRoutes(models: models, bodies: bodies, logger: logger).add(to: router)
        let application = Application(
            router: router,
            server: .http1(configuration: .init(idleTimeout: .init(Self.idleTimeout))),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionLimit)
            ),
            onServerRunning: { channel in
                let address = "http://\(settings.host):\(channel.localAddress?.port ?? settings.port)"
                // The server answers, unready, while the models are loaded.
                Task { await load(address) }
            },
            logger: logger
        )
        try await application.runService()
        models.stop()
    }

    private func load(_ address: String) async {
        do {
            try await models.start()
            if let file = settings.readyFile { try Data(address.utf8).write(to: URL(filePath: file), options: .atomic) }
            logger.info("ready", metadata: ["address": "\(address)"])
        } catch {
            StandardError.write("\(error)")
            exit(1)
        }
    }
}
