import StageRuntime

await StageProcess.main(ReadTextStage())
