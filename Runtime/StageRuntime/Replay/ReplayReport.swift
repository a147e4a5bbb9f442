internal import FoundationEssentials
package import Pipeline

/// What a stage would have written, for people to read and for tests to compare.
package struct ReplayReport: Encodable, Sendable {
    package let stage: StageName
    package let runs: [Run]
    /// Why the stage can't read the message; then there are no runs.
    let fault: String?

    /// The report as it is printed and kept: keys sorted, one fact on a line.
    ///
    /// - Throws: reject, where a number in it has no JSON form.
    package func json() throws(Fault) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do { return String(decoding: try encoder.encode(self), as: UTF8.self) } catch {
            throw .reject("replay", "the effects can't be written as JSON", underlying: error)
        }
    }

    package var hasFailed: Bool { fault != nil || runs.contains { $0.fault != nil } }

    package struct Run: Encodable, Sendable {
        let asset: AssetID
        let generation: Int
        let part: String
        /// Nil where the run ended in a fault.
        let effects: Written?
        let fault: String?
    }

    struct Written: Encodable, Sendable {
        let isEmpty: Bool
        let note: String?
        let objects: [Object]
        let rows: [CatalogWrite]
        let events: [Sent]
    }

    struct Object: Encodable, Sendable {
        let key: String
        let contentType: String
        let byteCount: Int64
    }

    struct Sent: Encodable, Sendable {
        let stage: StageName
        let kind: EventKind
        let asset: AssetID?
        let generation: Int?
        let payload: AnyPayload
    }

    struct AnyPayload: Encodable, Sendable {
        let event: any Event
        func encode(to encoder: any Encoder) throws { try event.encode(to: encoder) }
    }
}

extension ReplayReport.Written {
    init(_ effects: Effects) {
        isEmpty = effects.isEmpty
        note = effects.note
        objects = effects.objects.map {
            ReplayReport.Object(key: $0.key, contentType: $0.contentType, byteCount: $0.source.byteCount)
        }
        rows = effects.rows
        events = effects.events.map {
            ReplayReport.Sent(
                stage: $0.stage,
                kind: type(of: $0.event).kind,
                asset: $0.asset,
                generation: $0.generation,
                payload: ReplayReport.AnyPayload(event: $0.event)
            )
        }
    }
}
