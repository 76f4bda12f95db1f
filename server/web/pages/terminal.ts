/** A command as somebody types it from this checkout; what a shell would read otherwise is quoted. */
export function terminal(...words: readonly string[]): string {
  return ['npx delling', ...words.map(inShell)].join(' ')
}

function inShell(word: string): string {
  return /^[\w@%+=:,./…-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
