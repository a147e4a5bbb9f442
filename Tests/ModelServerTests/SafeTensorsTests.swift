import FoundationEssentials
import Pipeline
import Testing

@testable import ModelServer

@Suite struct SafeTensorsTests {
    @Test func aTensorIsReadWhereTheHeaderSaysItLies() throws {
        let header = #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]}}"#
        let tensors = try open(header: header, data: [0, 1.5, -2])
        let floats = try tensors.floats("a", shape: [1, 2])
        #expect([floats[0], floats[1]] == [1.5, -2])
    }

    @Test(arguments: [
        #"{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]}}"#,
        #"{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[-8,0]}}"#,
        #"{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[9223372036854775800,9223372036854775807]}}"#,
        #"{"a":{"dtype":"F16","shape":[1,2],"data_offsets":[4,12]}}"#,
        #"{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[4,12]}}"#,
        #"{"b":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]}}"#,
    ])
    func aTensorThatIsNotThereAsAskedForIsRefused(header: String) throws {
        let tensors = try open(header: header, data: [0, 1, 2])
        #expect(throws: Fault.self) { try tensors.floats("a", shape: [1, 2]) }
    }

    @Test func aFileThatIsCutShortOrIsNoneIsRefused() throws {
        #expect(throws: Fault.self) { try open(headerByteCount: 1_000, header: "{}", data: []) }
        #expect(throws: Fault.self) { try open(headerByteCount: .max, header: "{}", data: []) }
        #expect(throws: Fault.self) { try open(header: "not JSON", data: []) }
        #expect(throws: Fault.self) { try SafeTensors(path: "/nowhere") }
    }

    private func open(headerByteCount: UInt64? = nil, header: String, data: [Float]) throws -> SafeTensors {
        // Tensors must be aligned: the format pads its header with spaces.
        let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        let byteCount = headerByteCount ?? UInt64(padded.utf8.count)
        var bytes = withUnsafeBytes(of: byteCount.littleEndian) { Data($0) }
        bytes.append(contentsOf: padded.utf8)
        data.withUnsafeBytes { bytes.append(contentsOf: $0) }
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).safetensors")
        try bytes.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try SafeTensors(path: file.path)
    }
}
