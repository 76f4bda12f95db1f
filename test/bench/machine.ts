import { cpus, loadavg, release, totalmem, type } from 'node:os'

const mebibyte = 2 ** 20

/** `2 cores (AMD EPYC), 3,900 MiB, Linux 6.1, Node 20.20.2`. */
export function machineSentence(): string {
  const processors = cpus()
  const model = processors[0]?.model.trim() ?? 'unknown processor'
  const memory = Math.round(totalmem() / mebibyte).toLocaleString('en')
  return `${processors.length} cores (${model}), ${memory} MiB, ${type()} ${release()}, Node ${process.versions.node}`
}

/** How busy the machine is: processes that ran or wanted to, on average over the last minute. */
export function loadNow(): string {
  return (loadavg()[0] ?? 0).toFixed(1)
}
