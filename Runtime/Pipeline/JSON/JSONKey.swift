internal import Glibc

/// An object's key as it stands in the text. One that is written with escapes equals none.
package struct JSONKey {
    let text: UnsafeRawBufferPointer

    package static func ~= (name: StaticString, key: JSONKey) -> Bool {
        name.utf8CodeUnitCount == key.text.count
            && (key.text.baseAddress.map { memcmp($0, name.utf8Start, key.text.count) == 0 } ?? true)
    }

    package var string: String { String(decoding: text, as: UTF8.self) }
}
