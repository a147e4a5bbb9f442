internal import Glibc

/// What the process uses, read from the system each time that metrics are exported.
struct ProcessMeters: Sendable {
    private let memory: GaugeSeries
    private let userTime: CounterSeries
    private let systemTime: CounterSeries

    init(_ factory: OTLPMetricsFactory) {
        memory = factory.gauge("process.memory.usage", [])
        userTime = factory.counter("process.cpu.time", [("cpu.mode", "user")])
        systemTime = factory.counter("process.cpu.time", [("cpu.mode", "system")])
    }

    func sample() {
        if let byteCount = Self.residentByteCount() { memory.set(byteCount) }
        var usage = rusage()
        guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return }
        userTime.observe(usage.ru_utime.seconds)
        systemTime.observe(usage.ru_stime.seconds)
    }

    /// Resident memory by `/proc/self/statm`, whose second number is in pages.
    static func residentByteCount() -> Int64? {
        let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &text, text.count)
        guard count > 0 else { return nil }
        let fields = String(decoding: text[..<count], as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = Int64(fields[1]) else { return nil }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }
}

extension timeval {
    fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}
