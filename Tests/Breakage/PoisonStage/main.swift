import StageRuntime

await StageProcess.main(PoisonStage())
