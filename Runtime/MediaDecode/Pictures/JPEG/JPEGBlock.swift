/// One block of an MCU: whose it is, and by what tables it is read.
struct JPEGBlock {
    let isLuma: Bool
    /// Within the MCU, in blocks.
    let column: Int
    let row: Int
    /// Words of the means' differences.
    let dc: UnsafePointer<UInt16>
    /// Words of the other coefficients; none where the scan has the means alone.
    let ac: UnsafePointer<UInt16>?
    /// Entries that pass over them.
    let skip: UnsafePointer<UInt16>?
    /// Of colour: entries that begin with the mean's difference.
    let whole: UnsafePointer<UInt16>?
}
