import ArgumentParser
import Foundation
import Pipeline
import StageRuntime

/// Options that every command has.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print JSON for programs.")
    var json = false

    /// Prints a value as JSON.
    func print(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        StandardStream.output.print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}

/// A failure that is told in one line: exit code 1.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
