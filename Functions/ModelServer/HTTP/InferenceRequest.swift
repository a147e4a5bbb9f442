import FoundationEssentials
import HTTPTypes

/// The body of a KServe v2 `infer`: JSON, or JSON followed by the tensors' bytes (the binary tensor data extension).
struct InferenceRequest {
    static let headerLengthHeader = "Inference-Header-Content-Length"

    private let header: Header
    /// The bytes after the JSON.
    private let binary: Data

    var id: String? { header.id }

    /// Reads the body.
    ///
    /// - Throws: invalid, where its parts do not fit each other.
    init(_ work: Work) throws {
        var json = work
        var binary = Data()
        if let name = HTTPField.Name(Self.headerLengthHeader), let value = work.headers[name] {
            guard let length = Int(value), (0...work.body.count).contains(length) else {
                throw ServingError.invalid("\(Self.headerLengthHeader) is \(value), the body \(work.body.count) bytes")
            }
            var headers = work.headers
            headers[.contentType] = "application/json"
            json = Work(headers: headers, body: work.body.prefix(length), deadline: work.deadline)
            binary = work.body.dropFirst(length)
        }
        header = try json.json(Header.self, shape: "inputs, each with name, datatype, shape and data")
        self.binary = binary
    }

    /// An input of unsigned bytes.
    ///
    /// - Throws: invalid, where it is missing, of another type, or has not as many bytes as its shape says.
    func bytes(_ name: String) throws -> (shape: [Int], bytes: [UInt8]) {
        var offset = 0
        for input in header.inputs {
            let size = input.parameters?.binary_data_size ?? 0
            guard size >= 0, size <= binary.count - offset else {
                throw ServingError.invalid("input \(input.name) has binary_data_size \(size), more than was sent")
            }
            if input.name == name {
                guard input.datatype == "UINT8" else {
                    throw ServingError.invalid("input \(name) is \(input.datatype), not UINT8")
                }
                let bytes = input.data?.bytes ?? Array(binary.dropFirst(offset).prefix(size))
                try Self.check(input, has: bytes.count)
                return (input.shape, bytes)
            }
            offset += size
        }
        throw ServingError.invalid("there is no input named \(name)")
    }

    /// Whether an output goes after the JSON, as bytes.
    ///
    /// - Throws: invalid, where outputs are named and this is not among them.
    func wantsBinary(_ output: String) throws -> Bool {
        let all = header.parameters?.binary_data_output ?? false
        guard let outputs = header.outputs, !outputs.isEmpty else { return all }
        guard let named = outputs.first(where: { $0.name == output }), outputs.count == 1 else {
            throw ServingError.invalid("the only output is \(output)")
        }
        return named.parameters?.binary_data ?? all
    }

    private static func check(_ input: Input, has byteCount: Int) throws {
        var product = 1
        for side in input.shape {
            let (next, overflows) = product.multipliedReportingOverflow(by: side)
            guard side > 0, !overflows else {
                throw ServingError.invalid("input \(input.name) has shape \(input.shape)")
            }
            product = next
        }
        guard product == byteCount else {
            throw ServingError.invalid(
                "input \(input.name) has shape \(input.shape), which is \(product) bytes, but \(byteCount) were sent"
            )
        }
    }
}

/// The fields' names are the protocol's.
private struct Header: Decodable {
    struct Output: Decodable {
        struct Parameters: Decodable {
            let binary_data: Bool?
        }

        let name: String
        let parameters: Parameters?
    }

    struct Parameters: Decodable {
        let binary_data_output: Bool?
    }

    let id: String?
    let inputs: [Input]
    let outputs: [Output]?
    let parameters: Parameters?
}

private struct Input: Decodable {
    struct Parameters: Decodable {
        let binary_data_size: Int?
    }

    let name: String
    let datatype: String
    let shape: [Int]
    let parameters: Parameters?
    let data: FlatBytes?
}

/// Numbers in a list, or in lists within lists in row order: the protocol allows both.
private struct FlatBytes: Decodable {
    let bytes: [UInt8]

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let row = try? value.decode([UInt8].self) {
            bytes = row
        } else {
            bytes = try value.decode([FlatBytes].self).flatMap(\.bytes)
        }
    }
}
