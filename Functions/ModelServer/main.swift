import FoundationEssentials
import Glibc
import Logging

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.contains("--help") {
    print(Settings.usage, terminator: "")
    exit(0)
}
do {
    let environment = ProcessInfo.processInfo.environment
    let settings = try Settings(arguments: arguments, environment: environment)
    try SingleThreadedMaths.ensure(environment)
    try await Server(settings, logger: Logger(label: "media-modelserver")).run()
} catch let wrong as Settings.Wrong {
    StandardError.write(wrong.message)
    exit(2)
} catch {
    StandardError.write("\(error)")
    exit(1)
}
