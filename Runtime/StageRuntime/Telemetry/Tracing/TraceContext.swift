internal import Instrumentation

/// Where in a trace one is: W3C Trace Context, https://www.w3.org/TR/trace-context-2/.
package struct TraceContext: Sendable, Equatable {
    package let traceHigh: UInt64
    package let traceLow: UInt64
    /// Of the span.
    package let spanID: UInt64
    /// Bit 0: sampled; bit 1: the trace's identifier is random.
    package let flags: UInt8
    /// `tracestate`, passed on as it came.
    package let state: String?
    /// Whether it came from outside the process.
    package let isRemote: Bool

    package init(
        traceHigh: UInt64,
        traceLow: UInt64,
        spanID: UInt64,
        flags: UInt8,
        state: String? = nil,
        isRemote: Bool = false
    ) {
        self.traceHigh = traceHigh
        self.traceLow = traceLow
        self.spanID = spanID
        self.flags = flags
        self.state = state
        self.isRemote = isRemote
    }

    package var isSampled: Bool { flags & TraceFlags.sampled != 0 }

    /// Reads a `traceparent`.
    ///
    /// - Returns: nil where it is not well-formed. A version above 00 is read as far as 00 goes, as the standard asks.
    package init?(traceparent: String, state: String? = nil) {
        var traceparent = traceparent
        let fields: (UInt64, UInt64, UInt64, UInt8)? = traceparent.withUTF8 { text in
            let dash = UInt8(ascii: "-")
            guard text.count >= 55, text[2] == dash, text[35] == dash, text[52] == dash,
                let version = hexadecimal(text[0..<2]), version != 0xff,
                text.count == 55 || version > 0 && text[55] == dash,
                let high = hexadecimal(text[3..<19]), let low = hexadecimal(text[19..<35]), high | low != 0,
                let span = hexadecimal(text[36..<52]), span != 0, let flags = hexadecimal(text[53..<55])
            else { return nil }
            return (high, low, span, UInt8(flags))
        }
        guard let fields else { return nil }
        self.init(
            traceHigh: fields.0,
            traceLow: fields.1,
            spanID: fields.2,
            flags: fields.3 & (TraceFlags.sampled | TraceFlags.random),
            state: state,
            isRemote: true
        )
    }

    /// As version 00.
    package var traceparent: String {
        String(unsafeUninitializedCapacity: 55) { text in
            text[0] = UInt8(ascii: "0")
            text[1] = UInt8(ascii: "0")
            text[2] = UInt8(ascii: "-")
            writeHexadecimal(traceHigh, to: text, at: 3)
            writeHexadecimal(traceLow, to: text, at: 19)
            text[35] = UInt8(ascii: "-")
            writeHexadecimal(spanID, to: text, at: 36)
            text[52] = UInt8(ascii: "-")
            text[53] = UInt8(ascii: "0")
            text[54] = UInt8(ascii: "0") + flags
            return 55
        }
    }

    /// Of 32 digits.
    package var traceText: String {
        String(unsafeUninitializedCapacity: 32) { text in
            writeHexadecimal(traceHigh, to: text, at: 0)
            writeHexadecimal(traceLow, to: text, at: 16)
            return 32
        }
    }

    /// Of 16 digits.
    package var spanText: String {
        String(unsafeUninitializedCapacity: 16) { text in
            writeHexadecimal(spanID, to: text, at: 0)
            return 16
        }
    }
}

/// Bits of `trace-flags`.
enum TraceFlags {
    static let sampled: UInt8 = 1
    static let random: UInt8 = 2
}

/// Carries a trace context in the facade's context.
enum TraceContextKey: InstrumentationContextKey { typealias Value = TraceContext }

extension InstrumentationContext {
    var trace: TraceContext? { self[TraceContextKey.self] }
}

/// Lower case alone: the standard takes no other.
private func hexadecimal(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
    var value: UInt64 = 0
    for digit in digits {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
        default: return nil
        }
    }
    return value
}

private func writeHexadecimal(_ value: UInt64, to text: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
    for place in 0..<16 {
        let digit = UInt8(truncatingIfNeeded: value >> UInt64(60 - place * 4)) & 15
        text[start + place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
