/// What the simulation lets go wrong.
enum FaultKind: String, CaseIterable, Sendable {
    case duplicate, delayed, reordered, leaseRunsOut
    case queueCallFails, queueAnswerLost
    case catalogCallFails, catalogAnswerLost
    case objectCallFails, objectAnswerLost
    case quarantineKilled, quarantineStopped
    case claimsRunOut, interleaved, crash
    case handlerRetries, handlerIsThrottled, handlerRejects

    /// It happens at one in so many places where it may.
    var rarity: Int {
        switch self {
        case .duplicate, .delayed: 6
        case .reordered: 2
        case .queueCallFails, .queueAnswerLost: 15
        case .catalogCallFails, .catalogAnswerLost: 25
        case .objectCallFails, .objectAnswerLost: 8
        case .quarantineKilled: 12
        case .quarantineStopped: 15
        case .interleaved: 6
        case .leaseRunsOut, .claimsRunOut: 25
        case .crash: 50
        case .handlerRetries, .handlerIsThrottled: 8
        case .handlerRejects: 12
        }
    }
}
