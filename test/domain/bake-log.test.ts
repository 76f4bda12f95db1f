import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { lastLines, logAfter, maxLogChars, mergedLog } from '../../server/domain/bake-log.js'
import { bakeResult, failureSentence } from '../../server/domain/bake-result.js'

describe('a bake’s log', () => {
  it('begins where the bake begins, without the boot and without the console’s prefixes', () => {
    const console =
      '[    1.2] Linux\r\n[   12.345] cloud-init[99]: BAKE-BEGIN x\r\n[   12.346] cloud-init[99]: --- fetch\r\n'
    expect(logAfter('x', '', console)).toBe('BAKE-BEGIN x\n--- fetch\n')
    expect(logAfter('x', '', '[    1.2] Linux\n')).toBe('')
  })

  it('keeps what it has when a look shows nothing', () => {
    expect(logAfter('x', 'BAKE-BEGIN x\nwork\n', '')).toBe('BAKE-BEGIN x\nwork\n')
  })

  it('names the gap where the console has moved on beyond what was seen', () => {
    const merged = mergedLog('BAKE-BEGIN x\nearly\n', 'much later\n')
    expect(merged).toBe('BAKE-BEGIN x\nearly\n… some lines are missing here …\nmuch later\n')
  })

  test.prop([
    fc.array(fc.stringMatching(/^[a-z ]{0,30}$/), { minLength: 1, maxLength: 60 }),
    fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 }),
  ])('is whole and says nothing twice, however the looks fall', (words, looks) => {
    // Numbered lines: no two stretches of this console are alike.
    const lines = ['BAKE-BEGIN x', ...words.map((word, index) => `${index} ${word}`)]
    let log = ''
    let shown = 0
    for (const more of [...looks, lines.length]) {
      shown = Math.min(lines.length, shown + more)
      const console = lines.slice(0, shown).join('\n')
      // AWS keeps the end of a console only.
      log = logAfter('x', log, console.slice(-900))
    }
    if (!log.includes('missing here')) expect(log).toBe(lines.join('\n'))
    expect(log.endsWith(lines.at(-1) ?? '')).toBe(true)
  })

  it('never grows beyond its bound, and loses its beginning first', () => {
    const log = mergedLog('BAKE-BEGIN\n', `BAKE-BEGIN\n${'line\n'.repeat(100_000)}end\n`)
    expect(log.length).toBeLessThanOrEqual(maxLogChars)
    expect(lastLines(log, 1)).toBe('end')
  })
})

describe('a builder’s report', () => {
  const sha = 'c'.repeat(64)
  it('is its tag, else the last line on its console that names this bake', () => {
    expect(bakeResult('x', `ok:${sha}`, 'BAKE-RESULT x failed:open:1')).toMatchObject({
      outcome: 'ok',
      by: 'tag',
    })
    expect(bakeResult('x', null, `BAKE-RESULT x failed:open:1\nBAKE-RESULT x ok:${sha}\n`)).toMatchObject({
      outcome: 'ok',
      by: 'console',
    })
    expect(bakeResult('x', null, `BAKE-RESULT other ok:${sha}\n`)).toBeNull()
  })

  it.each(['', 'ok', 'ok:short', 'done', `ok:${sha}x`, 'failed:', 'failed:open'])(
    'is none when it says %j',
    (tag) => {
      expect(bakeResult('x', tag, '')).toBeNull()
    },
  )

  it('becomes a sentence with what the builder said last', () => {
    expect(failureSentence('fetch', 'FAILED: first\nFAILED: second\n')).toBe(
      'The package could not be fetched, or it is not the file that was meant. The builder said: second',
    )
    expect(failureSentence('unheard', '')).toContain('unheard')
  })
})
