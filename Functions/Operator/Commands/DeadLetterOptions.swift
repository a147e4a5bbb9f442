import ArgumentParser
import Pipeline

/// Which dead letters a command is about; all where nothing is said.
struct DeadLetterOptions: ParsableArguments {
    @Option(name: .long, help: "Only this stage's.")
    var stage: String?
    @Option(name: .customLong("class"), help: "Only those of this fault class: reject, retry, throttled, unknown.")
    var faultClass: String?
    @Option(name: .long, help: "Only those that this build gave up.")
    var build: String?
    @Option(name: .long, help: "Only those given up longer ago: 90s, 15m, 1h, 2d.")
    var olderThan: Age?
    @Option(name: .long, help: "Only those given up since: 90s, 15m, 1h, 2d.")
    var newerThan: Age?

    var isAnySet: Bool {
        stage != nil || faultClass != nil || build != nil || olderThan != nil || newerThan != nil
    }

    /// - Parameters:
    ///   - ids: beginnings of ids; empty for all.
    ///   - now: Unix time in milliseconds.
    ///   - onlyUntilNow: whether letters that come later are left out.
    /// - Returns: the filter; the stage is no part of it.
    func filter(ids: [String] = [], now: Int64, onlyUntilNow: Bool = false) -> DeadLetterFilter {
        DeadLetterFilter(
            ids: ids,
            faultClass: faultClass,
            build: build,
            beforeMilliseconds: olderThan.map { now - $0.milliseconds } ?? (onlyUntilNow ? now : nil),
            afterMilliseconds: newerThan.map { now - $0.milliseconds }
        )
    }
}

extension Age: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
