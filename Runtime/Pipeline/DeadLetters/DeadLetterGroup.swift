/// Dead letters of one stage that were given up for the same reason.
package struct DeadLetterGroup: Hashable, Sendable {
    package let stage: StageName
    package let faultClass: String
    package let reason: String?
    package private(set) var count = 0
    /// Unix time; nil where no letter's is known.
    package private(set) var firstMilliseconds: Int64?
    package private(set) var lastMilliseconds: Int64?

    private init(_ letter: DeadLetter) {
        stage = letter.stage
        faultClass = letter.faultClass
        reason = letter.reason
    }

    /// Groups letters, the largest group first.
    package static func groups(of letters: [DeadLetter]) -> [DeadLetterGroup] {
        var groups: [[String?]: DeadLetterGroup] = [:]
        for letter in letters {
            let key = [letter.stage.rawValue, letter.faultClass, letter.reason]
            groups[key, default: DeadLetterGroup(letter)].add(letter)
        }
        return groups.values.sorted {
            (-$0.count, $0.stage.rawValue, $0.faultClass, $0.reason ?? "")
                < (-$1.count, $1.stage.rawValue, $1.faultClass, $1.reason ?? "")
        }
    }

    private mutating func add(_ letter: DeadLetter) {
        count += 1
        guard let sent = letter.sentMilliseconds else { return }
        firstMilliseconds = min(firstMilliseconds ?? sent, sent)
        lastMilliseconds = max(lastMilliseconds ?? sent, sent)
    }
}
