/// What the runtime did about it: a simulation in which one of these never happens shows nothing of it.
enum Happening: String, CaseIterable, Sendable {
    case handedOver, copyReceived, quarantined, claimChecked, bulk
}
