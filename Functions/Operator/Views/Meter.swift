import Pipeline
import StageRuntime
import Synchronization

/// An upload's progress on the terminal; nothing where nobody looks.
final class Meter: Sendable {
    private let name: String
    private let total: Int64
    private let isShown: Bool

    init(name: String, total: Int64, isQuiet: Bool) {
        self.name = name
        self.total = total
        isShown = !isQuiet && StandardStream.error.isTerminal && total > 16 << 20
    }

    func show(_ byteCount: Int64) {
        guard isShown else { return }
        try? StandardStream.error.write(text: "\r\(name): \(byteCount * 100 / max(total, 1)) %")
    }

    func end() {
        guard isShown else { return }
        try? StandardStream.error.write(text: "\r\u{1B}[K")
    }
}
