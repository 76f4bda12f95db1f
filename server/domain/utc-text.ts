/** A moment as recorded sentences have it, whoever reads them where: `2026-11-19 18:19 UTC`; with seconds where it has some. */
export function utcText(moment: Date): string {
  const length = moment.getUTCSeconds() === 0 ? 16 : 19
  return `${moment.toISOString().slice(0, length).replace('T', ' ')} UTC`
}
