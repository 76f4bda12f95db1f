/** How many listen to this replica's stream of events. */
export class StreamReaders {
  private readonly listening = new Set<symbol>()

  get count(): number {
    return this.listening.size
  }

  /** One more; what is returned takes it away again, once. */
  join(): () => void {
    const reader = Symbol('reader')
    this.listening.add(reader)
    return () => void this.listening.delete(reader)
  }
}
