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

    /// Decodes the video stream that is the file's main one, frame after frame; the next is decoded when `body` has returned.
    ///
    /// Damage is passed over and counted. Passes may follow each other, and sound may be read at the same time.
    /// - Parameters:
    ///   - options: what is made of every frame.
    ///   - body: called with every frame, in the order of their times.
    /// - Returns: how it went.
    /// - Throws: reject, where there is no video or no decoder for it; retry, where the task was cancelled; what the
    ///   source and `body` throw.
    package func frames(
        _ options: FrameOptions = FrameOptions(),
        _ body: (VideoFrame) async throws -> Void
    ) async throws -> DecodeReport {
        guard let stream = facts.videoStream else { throw Fault.reject("media.frames", "the file has no video") }
        try await worker.beginFrames(stream.index, options)
        do {
            while let frame = try await worker.nextFrame() { try await body(frame) }
        } catch {
            _ = await worker.endFrames()
            throw error
        }
        return await worker.endFrames()
    }

    /// Decodes the sound stream that is the file's main one, second after second; the next is decoded when `body` has returned.
    ///
    /// Gaps become silence, so that a sample's place is its time; damage is passed over and counted.
    /// - Parameters:
    ///   - keepsOriginal: whether a chunk brings every channel at the file's own rate as well.
    ///   - body: called with every chunk, in order.
    /// - Returns: how it went.
    /// - Throws: reject, where there is no sound or no decoder for it; retry, where the task was cancelled; what the
    ///   source and `body` throw.
    package func audio(
        keepsOriginal: Bool = false,
        _ body: (AudioChunk) async throws -> Void
    ) async throws -> DecodeReport {
        guard let stream = facts.audioStream else { throw Fault.reject("media.audio", "the file has no sound") }
        try await worker.beginAudio(stream.index, keepsOriginal: keepsOriginal)
        do {
            while let chunk = try await worker.nextAudio() { try await body(chunk) }
        } catch {
            _ = await worker.endAudio()
            throw error
        }
        return await worker.endAudio()
    }

    /// Decodes the first frame as a picture, damaged or not; of a sound, its cover.
    ///
    /// - Parameter maxSide: a larger picture is scaled so that its longer side has so many pixels; nil keeps its size.
    /// - Returns: the picture, turned as its EXIF or its container says.
    /// - Throws: reject, where there is no picture or nothing of it can be decoded; what the source throws.
    package func picture(toFit maxSide: Int? = nil) async throws(Fault) -> Picture {
        let cover = facts.streams.first { $0.kind == .attachedPicture }
        guard let stream = facts.videoStream ?? cover else { throw .reject("media.picture", "the file has no picture") }
        guard var picture = try await worker.picture(stream.index, toFit: maxSide, exif: facts.exif) else {
            throw .reject("media.picture", "the \(stream.codec) picture is damaged")
        }
        picture.pageCount = facts.pageCount ?? 1
        return picture
    }
}
