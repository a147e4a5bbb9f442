import CoreMetrics
import Hummingbird
import Metrics

/// Records how long each request took, by `http.server.request.duration` of the semantic conventions. Outermost, so that
/// a fault's answer counts as it is sent.
struct RequestTimes<Context: RequestContext>: RouterMiddleware {
    let factory: any MetricsFactory

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let began = ContinuousClock.now
        let response = try await next(request, context)
        let dimensions = [
            ("http.request.method", request.method.rawValue), ("http.route", context.endpointPath ?? "none"),
            ("http.response.status_code", String(response.status.code)),
        ]
        Timer(label: "http.server.request.duration", dimensions: dimensions, factory: factory)
            .record(duration: .now - began)
        return response
    }
}
