import Pipeline

/// The files that the run derives, each with its row.
struct StageFiles {
    private(set) var objects: [ObjectWrite] = []
    private(set) var outputs: [Output] = []
    private let source: ObjectReference
    private let context: StageContext

    init(of source: ObjectReference, in context: StageContext) {
        self.source = source
        self.context = context
    }

    /// Sets a file aside for the commit.
    ///
    /// - Parameters:
    ///   - name: what it is for.
    ///   - bytes: its content.
    ///   - contentType: of it.
    ///   - words: what a model heard, where that determines it beside the input.
    /// - Throws: the scratch's fault.
    mutating func add(
        _ name: OutputName,
        _ bytes: [UInt8],
        _ contentType: String,
        of words: String = ""
    ) throws(Fault) {
        let object = try ObjectWrite(bytes, contentType: contentType, in: context)
        let revision = "\(TranscribeStage.name).\(TranscribeStage.revision).\(name)"
        let identity = context.digester.identity([source.digest.rawValue, revision, words])
        objects.append(object)
        outputs.append(Output(name: name, identity: identity, key: object.key, contentType: contentType))
    }
}
