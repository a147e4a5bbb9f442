/// Makes transitions of what single frames were judged to be, in the order of time.
struct TransitionJoiner {
    /// A fade reaches so far from its even picture.
    private static let fadeMilliseconds = 1000
    /// An even picture that lasts longer is a shot of its own.
    private static let evenMilliseconds = 2000
    /// What lies nearer together is one transition.
    private static let nearMilliseconds = 200
    /// Of a dissolve's frames at least so many are mixtures.
    private static let fewestFrames = 2
    /// And its surest frame is at least so sure.
    private static let leastPeak: Float = 0.3
    /// Two dissolves are further apart.
    private static let dissolveMilliseconds = 480

    private struct Stretch {
        var first: Int
        var last: Int
        var count = 1
        var weight: Float
        var moment: Float
        var peak: Float
    }

    private var waiting: [Transition] = []
    private var mixture: Stretch?
    private var even: (first: Int, last: Int)?
    private var beforeEven: FrameSignature?
    /// Where the last fade's even picture ended.
    private var evenEnd: Int?

    /// Takes the next frame, of which all is known.
    mutating func add(_ frames: [JudgedFrame], _ index: Int) {
        let frame = frames[index]
        let time = frame.milliseconds
        let previous = index > 0 ? frames[index - 1].milliseconds : time
        if frame.isEven {
            if even == nil {
                endMixture(at: time)
                beforeEven = index > 0 ? frames[index - 1].signature : nil
            }
            even = (even?.first ?? time, time)
        } else if let run = even {
            even = nil
            endEven(run, frame)
        }
        guard !frame.isEven else { return }
        if frame.cutScore > 0 {
            endMixture(at: previous)
            if evenEnd.map({ time - $0 > Self.nearMilliseconds }) ?? true {
                add(Transition(.cut, time, time, time, frame.cutScore))
            }
        } else if frame.gradualScore > 0 {
            extendMixture(frame)
        } else {
            endMixture(at: time)
        }
    }

    mutating func finish(_ frames: [JudgedFrame]) {
        even = nil
        endMixture(at: .max)
    }

    /// The transitions before a time, which no later frame can change.
    mutating func take(before time: Int) -> [Transition] {
        let limit = time == .max ? time : time - Self.fadeMilliseconds
        let settled = waiting.filter { $0.endMilliseconds < limit }
        waiting.removeFirst(settled.count)
        return settled
    }

    private mutating func extendMixture(_ frame: JudgedFrame) {
        let (time, score) = (frame.milliseconds, frame.gradualScore)
        guard var stretch = mixture else {
            mixture = Stretch(first: time, last: time, weight: score, moment: 0, peak: score)
            return
        }
        mixture = nil
        stretch.last = time
        stretch.count += 1
        stretch.weight += score
        stretch.moment += score * Float(time - stretch.first)
        stretch.peak = max(stretch.peak, score)
        mixture = stretch
    }

    private mutating func endMixture(at end: Int) {
        guard let stretch = mixture else { return }
        mixture = nil
        guard stretch.count >= Self.fewestFrames, stretch.peak >= Self.leastPeak else { return }
        // What rises from an even picture belongs to its fade.
        if let evenEnd, stretch.first - evenEnd < Self.fadeMilliseconds, let last = waiting.last, last.kind == .fade {
            waiting[waiting.count - 1] = Transition(
                .fade,
                last.startMilliseconds,
                max(stretch.last, last.endMilliseconds),
                last.boundaryMilliseconds,
                Float(last.confidence)
            )
            self.evenEnd = nil
            return
        }
        let middle = stretch.first + Int(stretch.moment / stretch.weight)
        add(Transition(.dissolve, stretch.first, stretch.last, middle, 0.3 + 0.7 * stretch.peak))
    }

    private mutating func endEven(_ run: (first: Int, last: Int), _ next: JudgedFrame) {
        guard let before = beforeEven else { return }
        let isShort = run.last - run.first < Self.nearMilliseconds
        if isShort, next.signature.movedDistance(from: before) < CutJudge.floor { return }
        var start = run.first
        while let last = waiting.last, last.endMilliseconds > run.first - Self.fadeMilliseconds, last.kind != .fade {
            if last.kind == .cut, last.boundaryMilliseconds < run.first - Self.nearMilliseconds { break }
            start = min(start, last.startMilliseconds)
            waiting.removeLast()
        }
        evenEnd = run.last
        if run.last - run.first > Self.evenMilliseconds {
            add(Transition(.fade, start, run.first, run.first, 0.9))
            add(Transition(.fade, run.last, next.milliseconds, next.milliseconds, 0.9))
        } else {
            add(Transition(.fade, start, next.milliseconds, (run.first + run.last) / 2, 0.9))
        }
    }

    /// Of two that are too near to be two, the surer stays.
    private mutating func add(_ transition: Transition) {
        if let last = waiting.last, last.kind != .fade || transition.kind != .fade {
            let areDissolves = last.kind == .dissolve && transition.kind == .dissolve
            let gap = transition.startMilliseconds - last.endMilliseconds
            let apart = transition.boundaryMilliseconds - last.boundaryMilliseconds
            if gap < Self.nearMilliseconds || (areDissolves && apart < Self.dissolveMilliseconds) {
                guard transition.confidence > last.confidence else { return }
                waiting.removeLast()
            }
        }
        waiting.append(transition)
    }
}

extension Transition {
    fileprivate init(_ kind: Kind, _ start: Int, _ end: Int, _ boundary: Int, _ confidence: Float) {
        self.init(
            kind: kind,
            startMilliseconds: start,
            endMilliseconds: end,
            boundaryMilliseconds: boundary,
            confidence: Double(min(max(confidence, 0), 1))
        )
    }
}
