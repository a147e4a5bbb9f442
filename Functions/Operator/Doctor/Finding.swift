/// What `media doctor` found out about one thing.
struct Finding: Encodable {
    enum State: String, Encodable {
        case good
        /// It works, and will not always.
        case doubtful
        case bad
    }

    let subject: String
    let state: State
    let text: String
    /// What to do; nil where nothing is to be done.
    let remedy: String?

    static func good(_ subject: String, _ text: String) -> Finding {
        Finding(subject: subject, state: .good, text: text, remedy: nil)
    }

    static func doubtful(_ subject: String, _ text: String, remedy: String) -> Finding {
        Finding(subject: subject, state: .doubtful, text: text, remedy: remedy)
    }

    static func bad(_ subject: String, _ text: String, remedy: String) -> Finding {
        Finding(subject: subject, state: .bad, text: text, remedy: remedy)
    }

    var line: String {
        let mark = [State.good: "ok   ", .doubtful: "warn ", .bad: "WRONG"][state] ?? ""
        let todo = remedy.map { "\n        \($0)" } ?? ""
        return "\(mark)  \(subject): \(text)\(todo)"
    }
}
