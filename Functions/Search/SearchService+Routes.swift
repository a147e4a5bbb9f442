package import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Pipeline

extension SearchService {
    /// All routes, without a server.
    package func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestTimes(factory: metrics))
        router.add(middleware: SecurityHeaders())
        router.add(middleware: ProblemMiddleware())
        router.get("health") { _, _ in
            try await checkHealth()
            return ["status": "ok"]
        }
        router.get("live") { _, _ in ["status": "ok"] }
        router.get("v1/search") { request, _ in
            try await search(SearchRequest(QueryParameters(request.uri.query), limits: limits))
        }
        router.get("v1/assets") { request, _ in
            let parameters = try QueryParameters(request.uri.query)
            let count = try parameters.count("limit", default: limits.defaultAssetCount, maximum: limits.assetCount)
            return try await assets(after: parameters.asset("after"), atMost: count)
        }
        router.get("v1/assets/:id") { _, context in
            try await asset(AssetID(checking: context.parameters.require("id")))
        }
        router.get("v1/assets/:id/moments") { request, context in
            let asset = try AssetID(checking: context.parameters.require("id"))
            let parameters = try QueryParameters(request.uri.query)
            let count = try parameters.count("limit", default: limits.defaultMomentCount, maximum: limits.momentCount)
            return try await moments(of: asset, after: parameters.momentCursor("after"), atMost: count)
        }
        router.get("v1/assets/:id/captions.vtt") { _, context in
            let speech = try await speech(in: AssetID(checking: context.parameters.require("id")))
            return Response(status: .ok, text: Captions.webVTT(speech), contentType: "text/vtt; charset=utf-8")
        }
        router.get("v1/assets/:id/captions.srt") { _, context in
            let speech = try await speech(in: AssetID(checking: context.parameters.require("id")))
            return Response(status: .ok, text: Captions.subRip(speech), contentType: "application/x-subrip")
        }
        router.get("v1/assets/:id/outputs/:file") { _, context in
            let asset = try AssetID(checking: context.parameters.require("id"))
            return try await output(try context.parameters.require("file"), of: asset)
        }
        router.get("v1/assets/:id/duplicates") { _, context in
            try await duplicates(of: AssetID(checking: context.parameters.require("id")))
        }
        router.get("/") { request, _ in await page(for: request) }
        return router
    }

    /// The server, ready to run.
    ///
    /// - Parameters:
    ///   - host: the address to listen on.
    ///   - port: 0 for any that is free.
    ///   - listening: is told the port, once requests are taken.
    /// - Returns: an application; `runService()` runs it until SIGTERM or SIGINT.
    package func application(
        host: String,
        port: Int,
        listening: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> some ApplicationProtocol {
        Application(
            router: router(),
            server: .http1(configuration: .init(idleTimeout: .init(limits.idleTimeout))),
            configuration: .init(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connectionCount)
            ),
            onServerRunning: { channel in listening(channel.localAddress?.port ?? port) },
            logger: logger
        )
    }

    /// The page for people; a problem is shown on it.
    private func page(for request: Request) async -> Response {
        let nonce = Self.nonce()
        var page = SearchPage(nonce: nonce, queryCharacterCount: limits.queryCharacterCount)
        do {
            let parameters = try QueryParameters(request.uri.query)
            page.query = parameters["q"] ?? ""
            if !page.query.isEmpty { page.answer = try await search(SearchRequest(parameters, limits: limits)) }
        } catch {
            let problem = Problem(error)
            if problem.status.kind == .serverError {
                logger.error("page without an answer", metadata: ["error": "\(error)"])
            }
            page.problem = problem
        }
        let status = page.problem?.status ?? .ok
        var response = Response(status: status, text: page.html, contentType: "text/html; charset=utf-8")
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'nonce-\(nonce)'; form-action 'self'; "
            + "base-uri 'none'; frame-ancestors 'none'"
        return response
    }

    /// 128 random bits: no injected style can know them.
    private static func nonce() -> String {
        String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
    }
}

extension Response {
    fileprivate init(status: HTTPResponse.Status, text: String, contentType: String) {
        self.init(status: status, headers: [.contentType: contentType], body: .init(byteBuffer: .init(string: text)))
    }
}
