/** A form's fields as the tree that their dotted names spell: `Filter.1.Value.2`. */
export class FormField {
  value: string | undefined
  private readonly children = new Map<string, FormField>()
  private isRead = false

  static from(fields: Iterable<readonly [string, string]>): FormField {
    const root = new FormField()
    for (const [name, value] of fields) {
      let field = root
      for (const step of name.split('.')) field = field.grown(step)
      field.value ??= value
    }
    return root
  }

  child(name: string): FormField | undefined {
    const found = this.children.get(name)
    if (found) found.isRead = true
    return found
  }

  /** Children that are numbered, in the order of their numbers: gaps are no matter. */
  numbered(): FormField[] {
    const numbers = [...this.children.keys()].filter((name) => /^\d+$/.test(name))
    return numbers.sort((a, b) => Number(a) - Number(b)).flatMap((name) => this.child(name) ?? [])
  }

  /** Names of the fields that nobody has asked for, down to the first step that was not read. */
  unread(at = ''): string[] {
    return [...this.children].flatMap(([name, field]) => {
      const path = `${at}${at && '.'}${name}`
      return field.isRead ? field.unread(path) : [path]
    })
  }

  private grown(name: string): FormField {
    const known = this.children.get(name)
    if (known) return known
    const made = new FormField()
    this.children.set(name, made)
    return made
  }
}
