import CLibAV
import Pipeline

extension Container {
    /// Reads what the container says of itself.
    ///
    /// - Returns: the facts.
    /// - Throws: reject, where there is no stream, a picture has no size, or a limit is passed.
    func facts() throws(Fault) -> MediaFacts {
        guard !streams.isEmpty else {
            try UnreadPicture.refuse(input.cache)
            let reason = input.readPastEnd ? "the file is cut short: it ends before" : "the file has no stream:"
            throw .reject("media.probe", "\(reason) the first stream of the \(format) container")
        }
        try checkStreamCount()
        var described: [MediaStream] = []
        for case let stream? in streams { described.append(describe(stream)) }
        try checkSizes(described)
        for index in described.indices where described[index].kind == .video {
            described[index].hasVariableFrameRate = try hasVariableFrameRate(described[index])
            if described[index].hdr == .hdr10 { try describeFirstFrame(&described[index]) }
        }
        var facts = MediaFacts(
            mediaKind: mediaKind(described),
            container: format,
            byteCount: input.cache.byteCount,
            streams: described
        )
        let isPicture = facts.mediaKind == .image
        facts.durationMilliseconds = isPicture ? nil : try checkedDuration()
        facts.startMilliseconds = isPicture ? nil : milliseconds(context.pointee.start_time, clibav_microseconds())
        facts.bitRate = positive(context.pointee.bit_rate)
        facts.chapters = chapters()
        facts.tags = tags(context.pointee.metadata)
        facts.format = try shortName(facts.tags)
        if isPicture {
            facts.exif = try ExifReader.read(ByteWindow(input.cache), limits)
            let pageCount = try TIFFReader(ByteWindow(input.cache), limits)?.pageCount() ?? 1
            facts.pageCount = pageCount > 1 ? pageCount : nil
        }
        // Ogg has no tags but its streams'.
        let all =
            format == "ogg" ? described.reduce(into: facts.tags) { $0.merge($1.tags) { old, _ in old } } : facts.tags
        let metadata = MediaMetadata(tags: all, exif: facts.exif)
        facts.metadata = metadata == MediaMetadata() ? nil : metadata
        facts.timecode = value("timecode", of: facts.tags) ?? described.lazy.compactMap(\.timecode).first
        return facts
    }

    private func checkSizes(_ described: [MediaStream]) throws(Fault) {
        for stream in described where stream.kind == .video || stream.kind == .attachedPicture {
            let (width, height) = (stream.width ?? 0, stream.height ?? 0)
            guard width * height <= limits.pixelCount else {
                throw .reject(
                    "media.probe",
                    "a picture of \(width) x \(height) pixels; at most \(limits.pixelCount) pixels are read"
                )
            }
        }
        let sized = described.contains { stream in
            stream.kind == .audio || (stream.kind == .video && (stream.width ?? 0) > 0)
        }
        guard !sized, let stream = described.first(where: { $0.kind == .video }) else { return }
        try UnreadPicture.refuse(input.cache)
        guard !ContainerFormat.sizedByDecoding.contains(format) else {
            throw .reject(
                "media.probe",
                "the picture is damaged, or larger than \(limits.pixelCount) pixels: its size can't be read"
            )
        }
        throw .reject("media.probe", "a picture of \(stream.width ?? 0) x \(stream.height ?? 0) pixels")
    }

    private func checkedDuration() throws(Fault) -> Int64? {
        let microseconds = context.pointee.duration
        guard microseconds != clibav_no_time(), microseconds > 0 else { return nil }
        let limit = limits.duration.components.seconds
        guard microseconds / 1_000_000 <= limit else {
            throw .reject("media.probe", "it lasts \(microseconds / 1_000_000) s; at most \(limit) s are read")
        }
        return (microseconds + 500) / 1000
    }

    private func mediaKind(_ described: [MediaStream]) -> MediaKind? {
        let hasSound = described.contains { $0.kind == .audio }
        guard described.contains(where: { $0.kind == .video }) else { return hasSound ? .audio : nil }
        guard !hasSound, described.count == 1, let stream = streams[0] else { return .video }
        let isTimed = context.pointee.duration != clibav_no_time() && context.pointee.duration > 0
        // Others without a duration, such as a recording that never was closed, are as long as they are.
        let mayBeStill = !ContainerFormat.names(format).isDisjoint(with: ContainerFormat.stillOrMoving)
        let isStill = ContainerFormat.still.contains(format) || stream.pointee.nb_frames == 1
        return isStill || (mayBeStill && !isTimed) ? .image : .video
    }

    private func chapters() -> [MediaChapter] {
        let all = UnsafeBufferPointer(start: context.pointee.chapters, count: Int(context.pointee.nb_chapters))
        var chapters: [MediaChapter] = []
        for case let chapter? in all.prefix(limits.chapterCount) {
            let base = chapter.pointee.time_base
            guard
                let start = milliseconds(chapter.pointee.start, base),
                let end = milliseconds(chapter.pointee.end, base)
            else { continue }
            let title = tags(chapter.pointee.metadata)["title"]
            chapters.append(MediaChapter(startMilliseconds: start, endMilliseconds: end, title: title))
        }
        return chapters
    }
}
