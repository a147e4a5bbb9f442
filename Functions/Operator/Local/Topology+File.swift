import Foundation
import Pipeline
import StageRuntime

extension Topology {
    /// The list of stages as it is written: the file that `MEDIA_TOPOLOGY` names, or else the repository's.
    ///
    /// - Throws: a failure, where there is none.
    static func file() throws -> Data {
        let named = ProcessEnvironment.variables()["MEDIA_TOPOLOGY"].flatMap { $0.isEmpty ? nil : $0 }
        let path = try named ?? "\(LocalStack().root)/infra/topology.json"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure("\(path) can't be read: MEDIA_TOPOLOGY names the list of stages, infra/topology.json")
        }
        return data
    }
}
