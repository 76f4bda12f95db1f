import type { FieldFault } from '../../domain/refusal.js'

export interface Choice {
  readonly value: string
  readonly label: string
  readonly sub?: string
  readonly chosen: boolean
}

/** One control of a form with its label, help and what is wrong with it. */
export interface Field {
  readonly name: string
  readonly id: string
  readonly label: string
  readonly value: string
  readonly type: string
  readonly isSelect: boolean
  readonly isText: boolean
  readonly isInput: boolean
  readonly choices: readonly Choice[]
  readonly help: string | null
  readonly error: string | null
  readonly required: boolean
  readonly mono: boolean
  readonly describedBy: string | null
  readonly placeholder: string | null
  readonly accept: string | null
}

export interface FieldOptions {
  readonly type?: 'text' | 'number' | 'time' | 'email' | 'search' | 'file' | 'datetime-local'
  readonly lines?: boolean
  readonly choices?: readonly { readonly value: string; readonly label: string }[]
  readonly help?: string
  readonly required?: boolean
  readonly mono?: boolean
  readonly placeholder?: string
  readonly accept?: string
  /** What to show when the form says nothing about it. */
  readonly fallback?: string
  /** Parts the ids of fields that several forms of one page have. */
  readonly form?: string
}

/** A form's values as they were typed, and what was wrong with them. */
export interface Filled {
  readonly values: Readonly<Record<string, unknown>>
  readonly faults: readonly FieldFault[]
}

export const unfilled: Filled = { values: {}, faults: [] }

export function field(filled: Filled, name: string, label: string, options: FieldOptions = {}): Field {
  const raw = filled.values[name]
  const value = raw === undefined ? (options.fallback ?? '') : textOf(raw)
  const fault = filled.faults.find((each) => each.field === name || each.field.startsWith(`${name}.`))
  const id = options.form ? `f-${options.form}-${name}` : `f-${name}`
  const ids = [options.help && `${id}-help`, fault && `${id}-error`].filter(Boolean)
  return {
    name,
    id,
    label,
    value,
    type: options.type ?? 'text',
    isSelect: options.choices !== undefined,
    isText: options.lines === true,
    isInput: options.choices === undefined && !options.lines,
    choices: (options.choices ?? []).map((choice) => ({ ...choice, chosen: choice.value === value })),
    help: options.help ?? null,
    error: fault?.sentence ?? null,
    required: options.required ?? false,
    mono: options.mono ?? false,
    describedBy: ids.length > 0 ? ids.join(' ') : null,
    placeholder: options.placeholder ?? null,
    accept: options.accept ?? null,
  }
}

/** Faults of fields that a form doesn't have: shown above it. */
export function otherFaults(filled: Filled, shown: readonly string[]): readonly FieldFault[] {
  return filled.faults.filter(
    (fault) => !shown.some((name) => fault.field === name || fault.field.startsWith(`${name}.`)),
  )
}

function textOf(raw: unknown): string {
  if (Array.isArray(raw)) return raw.map(String).join(', ')
  return typeof raw === 'string' || typeof raw === 'number' ? String(raw) : ''
}
