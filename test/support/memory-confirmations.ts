import type { Confirmation, Confirmations } from '../../server/engine/ports-channels.js'

/** Confirmations in memory, with a clock that a test can turn. */
export class MemoryConfirmations implements Confirmations {
  nowMs = 0
  private readonly rows = new Map<string, { confirmation: Confirmation; code: string; untilMs: number }>()

  async ask(confirmation: Confirmation, code: string, lifeMs: number): Promise<void> {
    const { user, cluster } = confirmation
    this.rows.set(`${user} ${cluster}`, { confirmation, code, untilMs: this.nowMs + lifeMs })
  }

  async redeem(user: string, cluster: string, code: string): Promise<Confirmation | null> {
    const key = `${user} ${cluster}`
    const row = this.rows.get(key)
    if (!row || row.code !== code || row.untilMs <= this.nowMs) return null
    this.rows.delete(key)
    return row.confirmation
  }
}
