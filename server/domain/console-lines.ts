/** Takes off what cloud-init's console puts before each line. */
export function unprefixed(consoleText: string): string {
  const lines = consoleText.replaceAll('\r', '').split('\n')
  return lines.map((line) => line.replace(/^\[\s*\d+\.\d+\] cloud-init\[\d+\]: ?/, '')).join('\n')
}
