/// The values of one instrument with one set of attributes.
protocol MetricSeries: AnyObject, Sendable {
    /// Writes a data point's value and, for a histogram, its buckets; attributes and times stand there already.
    ///
    /// - Parameter writer: is left as it is where there is no value.
    /// - Returns: whether there is one.
    func write(to writer: inout ProtobufWriter) -> Bool
}
