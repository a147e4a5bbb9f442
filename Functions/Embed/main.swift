import StageRuntime

await StageProcess.main(EmbedStage())
