import StageRuntime

await StageProcess.main(ProbeStage())
