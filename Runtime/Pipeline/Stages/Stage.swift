package import FoundationEssentials

/// One step of the pipeline: a function from an event to effects.
///
/// A stage reads through its context and writes nothing: what it returns is committed as a whole or not at all. It may
/// run several times for one event, and must return the same effects each time.
package protocol Stage: Sendable {
    associatedtype Input: Event

    static var name: StageName { get }
    /// Part of every output's identity: raised whenever the same input gives another output.
    static var revision: Int { get }
    static var limits: StageLimits { get }
    static var resources: StageResources { get }
    /// The stages it may send events to.
    static var sends: [StageName] { get }

    /// Reads a message.
    ///
    /// - Parameters:
    ///   - body: as it was sent.
    ///   - attributes: what travels beside the body; Cloud Storage tells everything there.
    ///   - setting: what messages leave out.
    /// - Returns: the runs that it asks for; none, where it is a service's test.
    /// - Throws: reject with a reason for a person, where the message is not what the stage takes.
    func open(
        _ body: Data,
        attributes: [String: String],
        setting: StageSetting
    ) throws(Fault) -> [Envelope<Input>]

    /// Does the stage's work for one event.
    ///
    /// - Returns: all that is to be written.
    /// - Throws: a `Fault`, which says whether the run is tried again or has failed for good; any other error counts as
    ///   one that is tried again.
    func handle(_ input: Input, in context: StageContext) async throws -> Effects
}

extension Stage {
    package static var resources: StageResources { StageResources() }

    /// The stages whose queues it sends to: by events, by a message in the place of its own, and by the one that tells
    /// that a generation is complete, which is sent by whoever closes its last run.
    package static var destinations: [StageName] { StageName.destinations(of: name, sending: sends) }

    package func open(
        _ body: Data,
        attributes: [String: String],
        setting: StageSetting
    ) throws(Fault) -> [Envelope<Input>] {
        [try Envelope<Input>.decoded(body)]
    }
}

extension StageName {
    /// See ``Stage/destinations``.
    package static func destinations(of stage: StageName, sending sends: [StageName]) -> [StageName] {
        sends + [stage, "publish"].filter { !sends.contains($0) }
    }
}
