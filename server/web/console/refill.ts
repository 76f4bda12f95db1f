import { Refusal } from '../../domain/refusal.js'
import type { Filled } from '../pages/field.js'

/**
 * What a form is shown with again after a refusal of its fields. A refusal that names no field belongs to no form and is
 * thrown on, to become a page of its own.
 */
export function refilled(error: unknown, values: Readonly<Record<string, unknown>>): Filled {
  if (error instanceof Refusal && error.kind === 'invalid')
    return { values, faults: error.details.faults ?? [{ field: 'form', sentence: error.message }] }
  throw error
}
