import Foundation

// `MEDIA_FUZZ_TARGET=json Fuzzer CORPUS -max_total_time=600`

/// libFuzzer's driver: it makes inputs, runs them and watches which code they reach.
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

enum Chosen {
    static let target: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["MEDIA_FUZZ_TARGET"] ?? ""
        if let target = FuzzTarget(rawValue: name) { return target }
        let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: " ")
        FileHandle.standardError.write(Data("MEDIA_FUZZ_TARGET is one of: \(names)\n".utf8))
        exit(2)
    }()
}

/// What libFuzzer calls with every input; its own `main` needs it by this name.
@_cdecl("LLVMFuzzerTestOneInput")
func runOne(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    Chosen.target.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

var argumentCount = CommandLine.argc
var argumentValues = CommandLine.unsafeArgv
exit(runDriver(&argumentCount, &argumentValues) { runOne($0, $1) })
