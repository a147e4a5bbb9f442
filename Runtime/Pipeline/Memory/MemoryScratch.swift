/// A scratch that keeps bytes in memory.
package struct MemoryScratch: Scratch {
    package init() {}

    package func keep(_ bytes: [UInt8]) -> any ByteSource { MemoryBytes(bytes) }
}
