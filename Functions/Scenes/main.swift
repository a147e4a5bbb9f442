import Pipeline
import StageRuntime

await StageProcess.main { environment throws(Fault) in
    switch environment["MEDIA_SCENES"] ?? "full" {
    case "full": ScenesStage()
    case "fast": ScenesStage(isFast: true)
    case let other: throw Fault.reject("settings", "MEDIA_SCENES is \(other), not full or fast")
    }
}
