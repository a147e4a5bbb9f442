/// What a model is asked for; the names are those of the routes in the models file.
package enum ModelTask: String, Sendable, CaseIterable {
    case embed
    case transcribe
    case readText
}
