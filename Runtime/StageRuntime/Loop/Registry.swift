/// What is under way, each under a key of its own: a place that is used again, and the number of its user.
///
/// Every message is entered and removed several times: a dictionary would cost more than the rest of it, and so would this
/// where it is not compiled into its caller.
struct Registry<Element> {
    struct Key: Hashable, Sendable {
        fileprivate let place: Int
        fileprivate let number: Int
    }

    private var entries: [(number: Int, element: Element)?] = []
    private var free: [Int] = []
    private var enteredCount = 0

    var isEmpty: Bool { free.count == entries.count }

    /// Those that are under way, in no order.
    var all: [(key: Key, element: Element)] {
        entries.indices.compactMap { place in
            entries[place].map { (Key(place: place, number: $0.number), $0.element) }
        }
    }

    @inline(__always)
    mutating func enter(_ element: Element) -> Key {
        enteredCount += 1
        let entry = (number: enteredCount, element: element)
        guard let place = free.popLast() else {
            entries.append(entry)
            return Key(place: entries.count - 1, number: enteredCount)
        }
        entries[place] = entry
        return Key(place: place, number: enteredCount)
    }

    /// Nil once it was removed, whoever has its place now; what is set then is left out, and so is nil.
    subscript(key: Key) -> Element? {
        @inline(__always) get {
            guard let entry = entries[key.place], entry.number == key.number else { return nil }
            return entry.element
        }
        @inline(__always) set {
            guard let newValue, entries[key.place]?.number == key.number else { return }
            entries[key.place] = (number: key.number, element: newValue)
        }
    }

    /// Takes one out; one that is out already stays so.
    @inline(__always)
    mutating func remove(_ key: Key) {
        guard let entry = entries[key.place], entry.number == key.number else { return }
        entries[key.place] = nil
        free.append(key.place)
    }
}
