/// When an exchange counts as failed; connecting has a limit of its own.
package enum HTTPTimeout: Sendable, Equatable {
    /// From sending to the last byte of the response.
    case total(Duration)
    /// How long next to nothing may move in either direction, in whole seconds; for bodies whose length has no bound.
    /// Time in which the reader asks for nothing does not count.
    case stall(Duration)
}
