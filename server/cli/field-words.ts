/** A field of the API as people read it: `serverGroup` is “server group”, `kinds.0` is “kinds”. */
export function fieldWords(field: string): string {
  const parts = field.split('.').filter((part) => !/^\d+$/.test(part))
  const [first = '', ...rest] = parts
  return [first.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`), ...rest].join(', ')
}
