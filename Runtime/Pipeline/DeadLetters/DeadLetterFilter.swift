/// Which dead letters are meant. What is nil does not matter.
package struct DeadLetterFilter: Sendable {
    /// Beginnings of ids; empty for all.
    package let ids: [String]
    package let faultClass: String?
    package let build: String?
    /// Unix time; the letter was given up before it.
    package let beforeMilliseconds: Int64?
    /// Unix time; the letter was given up after it.
    package let afterMilliseconds: Int64?

    package init(
        ids: [String] = [],
        faultClass: String? = nil,
        build: String? = nil,
        beforeMilliseconds: Int64? = nil,
        afterMilliseconds: Int64? = nil
    ) {
        self.ids = ids
        self.faultClass = faultClass
        self.build = build
        self.beforeMilliseconds = beforeMilliseconds
        self.afterMilliseconds = afterMilliseconds
    }

    /// A letter whose time is not known is neither before nor after another.
    package func includes(_ letter: DeadLetter) -> Bool {
        if !ids.isEmpty && !ids.contains(where: { letter.id.hasPrefix($0) }) { return false }
        if let faultClass, faultClass != letter.faultClass { return false }
        if let build, build != letter.build { return false }
        if let beforeMilliseconds {
            guard let sent = letter.sentMilliseconds, sent < beforeMilliseconds else { return false }
        }
        if let afterMilliseconds {
            guard let sent = letter.sentMilliseconds, sent > afterMilliseconds else { return false }
        }
        return true
    }
}
