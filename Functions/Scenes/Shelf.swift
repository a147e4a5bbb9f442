import MediaAnalysis
import MediaDecode
import Pipeline

/// The outputs of one run, and the objects that hold them.
final class Shelf {
    private(set) var objects: [ObjectWrite] = []
    private(set) var outputs: [Output] = []
    private var keys: Set<String> = []
    private let source: ObjectReference
    private let context: StageContext
    /// Makes outputs of the same name and place others.
    private let mode: [String]

    init(_ source: ObjectReference, _ context: StageContext, isFast: Bool = false) {
        mode = isFast ? ["fast"] : []
        self.source = source
        self.context = context
    }

    /// Sets an output's bytes aside for the commit.
    ///
    /// - Parameters:
    ///   - name: what they are for.
    ///   - bytes: the bytes.
    ///   - contentType: their media type.
    ///   - startMilliseconds: where in the asset they belong; nil where they are about all of it.
    /// - Returns: the object's key.
    /// - Throws: the scratch's fault.
    func keep(
        _ name: OutputName,
        _ bytes: [UInt8],
        _ contentType: String,
        _ startMilliseconds: Int?
    ) throws(Fault) -> String {
        try keep(name, bytes, contentType, startMilliseconds, until: nil)
    }

    /// Sets a frame aside on which there is text to read; nil is none.
    ///
    /// - Throws: the scratch's fault; reject, where the frame's pixel format can't be converted.
    func keep(_ text: TextFrame<VideoFrame>?) throws(Fault) {
        guard let text else { return }
        let jpeg = try JPEGEncoder.encode(try text.frame.yuv(toFit: SceneRecorder.keyframeSide), quality: 90)
        _ = try keep(.textFrame, jpeg, "image/jpeg", text.startMilliseconds, until: text.endMilliseconds)
    }

    private func keep(
        _ name: OutputName,
        _ bytes: [UInt8],
        _ contentType: String,
        _ startMilliseconds: Int?,
        until endMilliseconds: Int?
    ) throws(Fault) -> String {
        let object = try ObjectWrite(bytes, contentType: contentType, in: context)
        // A picture that stands for a stretch and for all is one object.
        if keys.insert(object.key).inserted { objects.append(object) }
        let place = startMilliseconds.map { "\($0)" } ?? ""
        let parts = [source.digest.rawValue, "scenes.\(ScenesStage.revision)", name.rawValue, place]
        outputs.append(
            Output(
                name: name,
                identity: context.digester.identity(parts + mode),
                key: object.key,
                contentType: contentType,
                startMilliseconds: startMilliseconds,
                endMilliseconds: endMilliseconds
            )
        )
        return object.key
    }
}
