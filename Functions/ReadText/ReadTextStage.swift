import DocumentDecode
import MediaDecode
import Pipeline

/// Reads text: of pictures and of frames with text by a model, of documents from their bytes.
struct ReadTextStage: Stage {
    static let name: StageName = "readtext"
    static let revision = 3
    static let limits = StageLimits(timeoutSeconds: 21_600, concurrency: 2)
    static let resources = StageResources(
        cpus: 1,
        memoryMB: 2048,
        maxTasks: 150,
        backlogPerTask: 60,
        reads: KeyPrefix.anyUpload + [KeyPrefix.derived],
        writes: [KeyPrefix.derived],
        models: ["readText"]
    )
    static let sends: [StageName] = ["embed"]

    /// The longer side of a picture that a model reads, in pixels.
    private static let pictureSide = 3000
    /// Scanned pages of one document that a model reads.
    private static let scannedPageLimit = 200

    func handle(_ probed: AssetProbed, in context: StageContext) async throws -> Effects {
        switch probed.media {
        case .document:
            let bytes = try await context.objects.open(probed.source.key)
            let head = try await bytes.read(at: 0, count: 1024)
            if DocumentFormat.isPDF(head) { return try await readPDF(bytes, context) }
            let text = try await DocumentText(of: bytes, named: probed.source.key)
            let chunks = Chunks.chunks(text.paragraphs)
            return effects(of: chunks, [], [], text.isCut ? ["the page is too long or too deep: not all was read"] : [])
        case .image:
            var reading = Reading()
            let picture = try await picture(probed.source.key, context)
            let moments = try await reading.moments(on: picture.image, by: context.models)
            return effects(moments, reading.usage, note: picture.note)
        case .video:
            return try await readFrames(context)
        case .audio:
            return effects([])
        }
    }

    /// Reads the frames on which text has newly come; where there are none, no model is asked.
    private func readFrames(_ context: StageContext) async throws -> Effects {
        let frames = try await context.catalog.outputs(
            of: context.asset,
            generation: context.generation,
            names: [.textFrame],
            of: context.tenant
        )
        var reading = Reading()
        for (index, frame) in frames.enumerated() {
            let start = frame.startMilliseconds ?? 0
            let picture = try await picture(frame.key, context).image
            try await reading.read(picture, from: start, to: frame.endMilliseconds ?? start, by: context.models)
            context.progress(Double(index + 1) / Double(frames.count))
        }
        return effects(reading.finish(), reading.usage)
    }

    /// Reads a PDF's text, and the pages that have none as pictures.
    private func readPDF(_ bytes: any ByteSource, _ context: StageContext) async throws -> Effects {
        let document = try await PDFText(of: bytes)
        var reading = Reading()
        var scanned: [Moment] = []
        let pages = document.emptyPages.prefix(Self.scannedPageLimit)
        var undrawnCount = 0
        for (index, page) in pages.enumerated() {
            guard let picture = try await document.picture(ofPage: page) else {
                undrawnCount += 1
                continue
            }
            scanned += try await reading.moments(on: picture, page: page, by: context.models)
            context.progress(Double(index + 1) / Double(pages.count))
        }
        var notes: [String] = []
        if document.isCut { notes.append("only the first \(document.pageCount) pages were read") }
        if document.paragraphs.isEmpty {
            notes.append(
                scanned.isEmpty
                    ? "there is no text in the PDF, nor on its pages"
                    : "no text in the PDF: its pages were read as pictures"
            )
        }
        let readCount = pages.count - undrawnCount
        if readCount < document.emptyPages.count {
            notes.append("of \(document.emptyPages.count) pages without text, \(readCount) were read as pictures")
        }
        if undrawnCount > 0 { notes.append("\(undrawnCount) pages can't be drawn") }
        return effects(of: Chunks.chunks(document.paragraphs), scanned, reading.usage, notes)
    }

    private func effects(
        of chunks: [Paragraph],
        _ scanned: [Moment] = [],
        _ usage: [CatalogWrite] = [],
        _ notes: [String] = []
    ) -> Effects {
        let all = chunks.map { Moment(kind: .text, text: $0.text, page: $0.page) } + scanned
        let kept = all.prefix(DocumentText.chunkLimit).sorted { ($0.page ?? 0) < ($1.page ?? 0) }
        let isCut = kept.count < all.count
        let notes = notes + (isCut ? ["only the first \(kept.count) passages are kept"] : [])
        return effects(kept, usage, note: notes.isEmpty ? nil : notes.joined(separator: "; "))
    }

    private func effects(_ moments: [Moment], _ usage: [CatalogWrite] = [], note: String? = nil) -> Effects {
        Effects(
            rows: [.moments(moments)] + usage,
            events: [OutgoingEvent(TextReady(moments: .text), to: "embed")],
            isEmpty: moments.isEmpty,
            note: note
        )
    }

    private func picture(_ key: String, _ context: StageContext) async throws -> Picture {
        try await MediaReader.open(try await context.objects.open(key)).picture(toFit: Self.pictureSide)
    }
}
