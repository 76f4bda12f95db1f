import { cpus, loadavg, release, totalmem, type } from 'node:os'

const mebibyte = 2 ** 20

/** `2 cores (AMD EPYC), 3,900 MiB, Linux 6.1, Node 20.20.2`. */
export function machineSentence(): string {
  const processors = cpus()
  const model = processors[0]?.model.trim() ?? 'unknown processor'
  const memory = Math.round(totalmem() / mebibyte).toLocaleString('en')
  return `${processors.length} cores (${model}), ${memory} MiB, ${type()} ${release()}, Node ${process.versions.node}`
}

/** Processes that ran or wanted to, on average over the last minute. */
export function loadNow(): number {
  return loadavg()[0] ?? 0
}

/** The load around a run, and what it says of the figures. */
export function loadSentence(before: number, after: number): string {
  const loads = `load before ${before.toFixed(1)}, after ${after.toFixed(1)}`
  return before > cpus().length / 2
    ? `${loads}: other programs used the machine too, on a quiet one times are shorter`
    : loads
}
