import Foundation
import Synchronization

/// Properties by servers, as they came out: printed in Markdown when the process ends, and written to the file that
/// `MEDIA_CONTRACT_TABLE` names.
final class ContractTable: Sendable {
    enum Outcome: Equatable {
        case passed
        case deviates(String)
        case failed
    }

    private struct Cell {
        let contract: Contract
        let property: String
        let server: ContractServer
        let outcome: Outcome
    }

    static let shared = ContractTable()

    private let cells = Mutex<[Cell]>([])

    private init() {
        atexit {
            let text = ContractTable.shared.markdown
            print(text)
            fflush(nil)
            if let path = ProcessInfo.processInfo.environment["MEDIA_CONTRACT_TABLE"], !path.isEmpty {
                try? Data(text.utf8).write(to: URL(filePath: path))
            }
        }
    }

    func record(_ contract: Contract, _ property: String, _ server: ContractServer, _ outcome: Outcome) {
        let cell = Cell(contract: contract, property: property, server: server, outcome: outcome)
        cells.withLock { $0.append(cell) }
    }

    var markdown: String {
        let cells = cells.withLock { $0 }
        return Contract.allCases
            .filter { contract in cells.contains { $0.contract == contract } }
            .map { table($0, cells.filter { [contract = $0] in $0.contract == contract }) }
            .joined(separator: "\n")
    }

    private func table(_ contract: Contract, _ cells: [Cell]) -> String {
        let servers = contract.servers
        var lines = [
            "", "| \(contract.rawValue) | \(servers.map(\.rawValue).joined(separator: " | ")) |",
            "| --- |\(String(repeating: " --- |", count: servers.count))",
        ]
        for property in Set(cells.map(\.property)).sorted() {
            let words = servers.map { server in
                word(server, cells.filter { $0.property == property && $0.server == server }.map(\.outcome))
            }
            lines.append("| \(Self.sentence(property)) | \(words.joined(separator: " | ")) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The worst of a property's outcomes.
    private func word(_ server: ContractServer, _ outcomes: [Outcome]) -> String {
        guard server.isInstalled else { return "not installed" }
        if outcomes.isEmpty { return "did not run" }
        if outcomes.contains(.failed) { return "FAILED" }
        for case .deviates(let reason) in outcomes { return "deviates: \(reason)" }
        return "pass"
    }

    /// "a leased message is hidden" for `aLeasedMessageIsHidden`.
    private static func sentence(_ name: String) -> String {
        name.replacing(/([a-z0-9])([A-Z])/) { "\($0.output.1) \($0.output.2)" }
            .replacing(/([A-Z])([A-Z][a-z])/) { "\($0.output.1) \($0.output.2)" }
            .split(separator: " ")
            .map { $0.count > 1 && $0.allSatisfy(\.isUppercase) ? String($0) : $0.lowercased() }
            .joined(separator: " ")
    }
}
