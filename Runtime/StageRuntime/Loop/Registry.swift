/// What a ``Registry`` has in it.
class Registered {
    /// The registry's own.
    fileprivate var place: Int?
}

/// What is under way, in no order: entered and removed several times for every message, so without hashing.
struct Registry<Element: Registered> {
    private(set) var all: [Element] = []

    var isEmpty: Bool { all.isEmpty }

    @inline(__always)
    mutating func enter(_ element: Element) {
        element.place = all.count
        all.append(element)
    }

    /// Takes one out; one that is out already stays so.
    @inline(__always)
    mutating func remove(_ element: Element) {
        guard let place = element.place else { return }
        element.place = nil
        let last = all.removeLast()
        guard last !== element else { return }
        last.place = place
        all[place] = last
    }
}
