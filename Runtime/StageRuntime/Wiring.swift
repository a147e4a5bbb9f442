package import Cloud
internal import Inference
package import Logging
package import Pipeline
package import Postgres

/// Builds what the settings name: the one place where ports meet their adapters.
package struct Wiring: Sendable {
    package let settings: Settings
    package let aws: AWSSettings
    package let http: CurlHTTPClient
    package let client: AWSClient
    package let telemetry: Telemetry
    package let queues: any QueueService
    package let logger: Logger
    private let name: String

    /// Checks the settings that every process needs; nothing is connected to yet.
    ///
    /// - Parameters:
    ///   - settings: of the process.
    ///   - name: of the process, for logs and for the database.
    /// - Throws: reject, with one line that names the setting.
    package init(_ settings: Settings, name: String) throws(Fault) {
        self.settings = settings
        self.name = name
        aws = try AWSSettings(environment: settings.environment)
        http = CurlHTTPClient()
        let credentials = try DefaultCredentialProvider(environment: settings.environment, http: http)
        client = AWSClient(http: http, credentials: credentials, region: aws.region)
        queues =
            switch settings.queue {
            case .sqs: SQSService(caller: SQSCaller(client: client, endpoint: aws.sqs))
            case .pubsub(let project):
                try PubSubService(project: project, environment: settings.environment, http: http)
            }
        let level = settings.logLevel
        let plain = Logger(label: name) { JSONLogHandler(label: $0, level: level) }
        let telemetrySettings = try TelemetrySettings(environment: settings.environment, name: name)
        telemetry = Telemetry(telemetrySettings, http: http, logger: plain)
        logger = Logger(label: name) { [telemetry] in telemetry.logHandler(label: $0, level: level) }
    }

    package var objects: S3ObjectStore { S3ObjectStore(bucket: settings.bucket, client: client, endpoint: aws.s3) }

    package func database() throws(Fault) -> PostgresSettings {
        var database = PostgresSettings(url: settings.databaseURL)
        database.applicationName = "media-\(name)"
        return database
    }

    package func catalog() throws(Fault) -> any Catalog {
        PostgresCatalog(PostgresPool(try database()))
    }

    package func models() throws(Fault) -> any ModelClient {
        HTTPModelClient(
            settings: try ModelSettings(environment: settings.environment),
            http: http,
            environment: settings.environment,
            observe: { [metrics = ModelMetrics(factory: telemetry.metrics, stage: name)] in metrics.record($0) }
        )
    }

    /// Everything a stage's worker needs.
    ///
    /// - Throws: reject, where a setting is wrong; the queue's fault, where the stage's own queue can't be found.
    package func world(for stage: StageName) async throws(Fault) -> World {
        let (queues, settings) = (queues, settings)
        let name = settings.queueName(stage)
        guard let own = try await queues.find(name) else { throw queues.missing(name) }
        let named = NamedQueues([name: own]) { queues.queue($0) }
        return World(
            tenant: settings.tenant,
            bucket: settings.bucket,
            build: settings.environment["MEDIA_BUILD"] ?? "dev",
            queues: { named[settings.queueName($0, $1)] },
            deadLetters: { named[settings.deadLetterQueueName($0)] },
            objects: objects,
            catalog: try catalog(),
            models: try models(),
            digester: OpenSSLDigester(),
            now: SystemClock.unixMilliseconds,
            quarantine: try ProcessQuarantine(environment: settings.environment),
            metrics: StageMetrics(telemetry.metrics, stage: stage, system: settings.queue.system, destination: name),
            trace: StageTrace(telemetry.tracer, stage: stage, system: settings.queue.system, destination: name),
            logger: logger
        )
    }
}
