import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../../config/checkout.js'

/** One line of the table, as text. */
export interface Figure {
  readonly what: string
  readonly measured: string
  readonly goal: string
}

const heads = ['Figure', 'Measured', 'Goal'] as const
const file = join(checkout, 'docs', 'benchmarks.md')
const first = '<!-- figures: written by npm run bench -- --write -->'
const last = '<!-- end of figures -->'

/** For a terminal: columns as wide as they need. */
export function asText(figures: readonly Figure[]): string {
  const rows = [[...heads], ...figures.map(({ what, measured, goal }) => [what, measured, goal])]
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
  return lines.map((line) => line.trimEnd()).join('\n')
}

function asMarkdown(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, measured, goal }) => `| ${what} | ${measured} | ${goal} |`)
  return [`| ${heads.join(' | ')} |`, '|---|---|---|', ...rows].join('\n')
}

/** Puts the figures between the marks of docs/benchmarks.md. Throws where the marks are missing. */
export function writeFigures(about: readonly string[], figures: readonly Figure[]): void {
  const text = readFileSync(file, 'utf8')
  const start = text.indexOf(first)
  const end = text.indexOf(last)
  if (start === -1 || end < start) throw new Error(`${file} lacks the lines ${first} and ${last}.`)
  const content = [first, '', ...about.map((line) => `- ${line}`), '', asMarkdown(figures), '', ''].join('\n')
  writeFileSync(file, text.slice(0, start) + content + text.slice(end))
}
