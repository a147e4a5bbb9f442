package import Pipeline

/// Which traces are recorded: the samplers of OpenTelemetry's specification, by their names.
package struct TraceSampler: Sendable, Equatable {
    /// What is decided where a trace begins.
    package enum Root: Sendable, Equatable {
        case always
        case never
        /// The share of traces whose identifier is below `bound`, 2^63 being all of them.
        case ratio(bound: UInt64)
    }

    package let root: Root
    /// Whether a trace that began elsewhere is recorded as its parent was.
    package let followsParent: Bool

    /// Nothing is ever recorded.
    package var isOff: Bool { root == .never && !followsParent }

    /// Finds a sampler.
    ///
    /// - Parameters:
    ///   - name: of `OTEL_TRACES_SAMPLER`.
    ///   - argument: of `OTEL_TRACES_SAMPLER_ARG`: a ratio from 0 to 1, which is 1 where it is nil.
    /// - Throws: reject, where there is no such sampler or ratio.
    package init(name: String, argument: String?) throws(Fault) {
        let prefix = "parentbased_"
        followsParent = name.hasPrefix(prefix)
        switch followsParent ? String(name.dropFirst(prefix.count)) : name {
        case "always_on": root = .always
        case "always_off": root = .never
        case "traceidratio":
            guard let ratio = Double(argument ?? "1"), 0...1 ~= ratio else {
                throw .reject("settings", "OTEL_TRACES_SAMPLER_ARG is \(argument ?? ""); it takes a ratio from 0 to 1")
            }
            root = .ratio(bound: UInt64(ratio * 0x1p63))
        default:
            throw .reject(
                "settings",
                "OTEL_TRACES_SAMPLER is \(name), not always_on, always_off, traceidratio, "
                    + "or one of these behind parentbased_"
            )
        }
    }

    /// Whether a span is recorded: with a parent, or as the first of its trace; `traceLow` is the lower half of the
    /// trace's identifier, which all of its spans share.
    package func records(parent: TraceContext?, traceLow: UInt64) -> Bool {
        if followsParent, let parent { return parent.isSampled }
        switch root {
        case .always: return true
        case .never: return false
        case .ratio(let bound): return traceLow >> 1 < bound
        }
    }
}
