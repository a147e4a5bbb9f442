import StageRuntime

await StageProcess.main(ScenesStage())
