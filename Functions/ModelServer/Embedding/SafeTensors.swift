import FoundationEssentials
import Glibc
import Pipeline

/// A file of tensors in the safetensors format, mapped into memory: eight bytes of header length, a JSON header, data.
///
/// Unchecked: the mapping is read only and lives as long as this object.
final class SafeTensors: @unchecked Sendable {
    private struct Entry: Decodable {
        let dtype: String?
        let shape: [Int]?
        let data_offsets: [Int]?
    }

    private static let headerByteLimit = 16 << 20

    private let path: String
    private let mapping: UnsafeRawBufferPointer
    private let entries: [String: Entry]
    private let dataOffset: Int

    /// Maps the file and reads its header.
    ///
    /// - Throws: reject, where the file can't be read or is cut short.
    init(path: String) throws(Fault) {
        let mapping = try Self.map(path)
        do throws(Fault) {
            let headerByteCount = mapping.loadUnaligned(as: UInt64.self).littleEndian
            guard headerByteCount <= Self.headerByteLimit, Int(headerByteCount) <= mapping.count - 8 else {
                throw .reject("embedding.load", "\(path) has no safetensors header")
            }
            dataOffset = 8 + Int(headerByteCount)
            let header = Data(mapping[8..<dataOffset])
            do { entries = try JSONDecoder().decode([String: Entry].self, from: header) } catch {
                throw .reject("embedding.load", "the header of \(path) is not well-formed", underlying: error)
            }
        } catch {
            munmap(UnsafeMutableRawPointer(mutating: mapping.baseAddress), mapping.count)
            throw error
        }
        self.path = path
        self.mapping = mapping
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: mapping.baseAddress), mapping.count)
    }

    /// A tensor's numbers, row by row; they live as long as this object.
    ///
    /// - Throws: reject, where the tensor is missing, has another shape or type, or lies outside the file.
    func floats(_ name: String, shape: [Int]) throws(Fault) -> UnsafePointer<Float> {
        guard let entry = entries[name], entry.dtype == "F32", entry.shape == shape,
            let offsets = entry.data_offsets, offsets.count == 2
        else {
            throw .reject("embedding.load", "\(path) has no tensor \(name) of shape \(shape) and type F32")
        }
        let byteCount = shape.reduce(MemoryLayout<Float>.size, *)
        let room = mapping.count - dataOffset
        guard offsets[0] >= 0, offsets[0] <= room, offsets[1] <= room, offsets[1] - offsets[0] == byteCount,
            (dataOffset + offsets[0]).isMultiple(of: MemoryLayout<Float>.alignment),
            let base = mapping.baseAddress
        else {
            throw .reject("embedding.load", "tensor \(name) does not lie inside \(path)")
        }
        return (base + dataOffset + offsets[0]).assumingMemoryBound(to: Float.self)
    }

    private static func map(_ path: String) throws(Fault) -> UnsafeRawBufferPointer {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .reject("embedding.load", "\(path) can't be opened: errno \(errno)") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size >= 8 else {
            throw .reject("embedding.load", "\(path) is too short for safetensors")
        }
        let byteCount = Int(status.st_size)
        let address = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let address, address != MAP_FAILED else {
            throw .reject("embedding.load", "\(path) can't be mapped: errno \(errno)")
        }
        return UnsafeRawBufferPointer(start: address, count: byteCount)
    }
}
