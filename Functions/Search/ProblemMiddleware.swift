import Hummingbird
import Logging

/// Turns whatever a handler throws into a problem document.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = Problem(error)
            if problem.status.kind == .serverError {
                context.logger.error("request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
            }
            var response = try problem.response(from: request, context: context)
            response.status = problem.status
            response.headers[.contentType] = "application/problem+json"
            response.headers[.retryAfter] = problem.retryAfterSeconds.map(String.init)
            return response
        }
    }
}
