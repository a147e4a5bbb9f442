package import Pipeline

/// A media file, read in ranges and decoded bit by bit.
package struct MediaReader: Sendable {
    package let facts: MediaFacts
    private let worker: DecodeWorker

    /// Finds out what a file is; of a large one, little more than its headers is read.
    ///
    /// - Parameters:
    ///   - source: the file's bytes.
    ///   - limits: what it may ask of this process.
    /// - Returns: a reader for its frames, samples and pictures.
    /// - Throws: reject with words for a person, where it is empty, no known media, cut short, damaged or over a limit;
    ///   retry, where the task was cancelled; what the source throws, as it is.
    package static func open(
        _ source: any ByteSource,
        limits: MediaLimits = MediaLimits()
    ) async throws(Fault) -> MediaReader {
        let worker = DecodeWorker(source, limits)
        return MediaReader(facts: try await worker.open(), worker: worker)
    }
}
