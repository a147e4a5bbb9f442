internal import FoundationEssentials
package import Pipeline

/// The models and who is asked for what: the JSON file that `MEDIA_MODELS` names, or the JSON itself.
///
///     {"models": {"minilm": {"protocol": "openai", "url": "http://127.0.0.1:8080",
///                            "name": "all-MiniLM-L6-v2", "revision": "1", "key": "MODEL_KEY",
///                            "pricePerUnit": 0.00000002}},
///      "routes": {"embed": ["minilm"], "transcribe": [], "readText": []}}
///
/// A route's models are asked in their order, the next where one does not answer.
package struct ModelSettings: Sendable {
    private static let operation = "models.settings"
    private static let timeoutSeconds = 1...600

    package let routes: [ModelTask: [ServedModel]]

    /// Takes models as they are, unchecked.
    package init(routes: [ModelTask: [ServedModel]]) { self.routes = routes }

    /// Reads the file that `MEDIA_MODELS` names; what begins with a brace is no name, but the content.
    ///
    /// - Parameter environment: the process's variables.
    /// - Throws: reject, with one line that names what is wrong.
    package init(environment: [String: String]) throws(Fault) {
        guard let path = environment["MEDIA_MODELS"], !path.isEmpty else {
            throw .reject(Self.operation, "MEDIA_MODELS is not set: a JSON file of models and routes")
        }
        let file = path.hasPrefix("{") ? Data(path.utf8) : try? Data(contentsOf: URL(filePath: path))
        guard let json = file else {
            throw .reject(Self.operation, "MEDIA_MODELS is '\(path)', which can't be read")
        }
        try self.init(json: [UInt8](json), environment: environment)
    }

    /// Reads the file's content.
    ///
    /// - Parameters:
    ///   - json: as in the type's description.
    ///   - environment: that holds the servers' keys.
    /// - Throws: reject, with one line that names what is wrong.
    package init(json: [UInt8], environment: [String: String]) throws(Fault) {
        let file: File
        do { file = try JSONDecoder().decode(File.self, from: Data(json)) } catch {
            throw .reject(Self.operation, "the models file is not of the right shape", underlying: error)
        }
        for (name, model) in file.models.sorted(by: { $0.key < $1.key }) {
            try Self.check(model, name, environment)
        }
        var routes: [ModelTask: [ServedModel]] = [:]
        for (task, names) in file.routes.sorted(by: { $0.key < $1.key }) {
            guard let task = ModelTask(rawValue: task) else {
                throw .reject(
                    Self.operation,
                    "the models file has a route '\(task)'; there are embed, transcribe, readText"
                )
            }
            routes[task] = try Self.route(task, names, file.models)
        }
        self.init(routes: routes)
    }

    private struct File: Decodable {
        let models: [String: ServedModel]
        let routes: [String: [String]]
    }

    private static func check(_ model: ServedModel, _ name: String, _ environment: [String: String]) throws(Fault) {
        guard ["http://", "https://"].contains(where: model.url.hasPrefix), !model.url.hasSuffix("/") else {
            throw .reject(
                operation,
                "model '\(name)' has url '\(model.url)'; it must be http(s)://host without a final /"
            )
        }
        guard timeoutSeconds.contains(model.timeoutSeconds ?? 120) else {
            throw .reject(operation, "model '\(name)' has a timeoutSeconds that is not from 1 to 600")
        }
        guard (model.pricePerUnit ?? 0) >= 0 else {
            throw .reject(operation, "model '\(name)' has a pricePerUnit below 0")
        }
        if let variable = model.keyVariable, environment[variable, default: ""].isEmpty {
            throw .reject(operation, "model '\(name)' wants its key in \(variable), which is not set")
        }
    }

    private static func route(
        _ task: ModelTask,
        _ names: [String],
        _ models: [String: ServedModel]
    ) throws(Fault) -> [ServedModel] {
        var route: [ServedModel] = []
        for name in names {
            guard let model = models[name] else {
                throw .reject(operation, "route \(task.rawValue) names model '\(name)', which is not in the file")
            }
            guard model.wire.serves(task) else {
                throw .reject(
                    operation,
                    "route \(task.rawValue) names model '\(name)': \(model.wire.rawValue) has no such call"
                )
            }
            route.append(model)
        }
        // Vectors of one asset must be of one model.
        guard task != .embed || Set(route.map(\.version)).count < 2 else {
            throw .reject(operation, "the models of route embed must all be of one name and revision")
        }
        return route
    }
}
