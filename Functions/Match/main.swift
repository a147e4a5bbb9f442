import StageRuntime

await StageProcess.main(MatchStage())
