/// Why a run was not given out.
package enum ClaimRefusal: String, Sendable, CaseIterable {
    case busy
    case closed
    case stale
}
