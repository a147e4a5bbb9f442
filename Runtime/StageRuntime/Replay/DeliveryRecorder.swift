package import Pipeline

/// Keeps what a worker is given. What becomes of a message never depends on it: its failures are warnings.
package protocol DeliveryRecorder: Sendable {
    /// Keeps a delivery and the world that it meets, before anything is done about it.
    func record(_ delivery: Delivery) async
}
