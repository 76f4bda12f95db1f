/** Configuration that nothing can be started with: a sentence for each mistake, all at once. */
export class ConfigurationError extends Error {
  constructor(readonly sentences: readonly string[]) {
    super(
      [
        'Nothing was started: the configuration has to be mended first.',
        ...sentences.map((s) => `  - ${s}`),
      ].join('\n'),
    )
    this.name = 'ConfigurationError'
  }
}
