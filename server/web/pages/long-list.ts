import { holdsWords } from '../../domain/find.js'
import { pageOfRows, type PageFoot } from './page-of-rows.js'

/** What a reader wants to see of a long list; its address says the same. */
export interface ListWish {
  /** Every word of it must be found in a row. */
  readonly query: string
  /** A column's name. */
  readonly sort: string
  readonly down: boolean
  /** Counts from 1. */
  readonly page: number
}

type Key = string | number | null

export interface Column<Row> {
  readonly name: string
  readonly label: string
  /** Figures stand to the right. */
  readonly num?: boolean
  /** What rows are put in order by; a column without it can't be sorted by. Nulls come last either way. */
  readonly key?: (row: Row) => Key
}

/** One long list: where it is, what its columns are, which rows a filter finds. */
export interface LongList<Row> {
  readonly path: string
  /** What stands in the empty filter field. */
  readonly placeholder: string
  readonly columns: readonly Column<Row>[]
  /** The column that it is sorted by while nobody wishes otherwise. */
  readonly sort: string
  readonly down?: boolean
  /** Which rows a search finds; throws a refusal for one that can't be understood. */
  readonly finds: (query: string) => (row: Row) => boolean
  /** Of what alone it is a list, where its address says so; no such address is remembered. */
  readonly only?: { readonly name: string; readonly value: string }
}

/** The frame around the rows of one page of a long list, for `list-filter`, `list-head` and `list-foot`. */
export interface ListFrame extends PageFoot {
  readonly path: string
  readonly query: string
  readonly placeholder: string
  /** What the filter's form sends along, so that it keeps the order. */
  readonly sortValue: string
  /** Of what alone the list is, which the form sends along too, and where all of it is; null for a whole list. */
  readonly only: { readonly name: string; readonly value: string; readonly all: string } | null
  /** Null while nothing is wished that could be taken back. */
  readonly showAll: string | null
  readonly heads: readonly {
    readonly label: string
    readonly num: boolean
    readonly href: string | null
    readonly sorted: 'ascending' | 'descending' | null
  }[]
}

/** Finds rows by words, each of which must be in one of these texts of a row. */
export function byWords<Row>(texts: (row: Row) => readonly (string | null)[]): LongList<Row>['finds'] {
  return (query) => (row) => holdsWords(query, texts(row))
}

/** The order that nobody has wished otherwise. */
export function firstWish<Row>({ sort, down = false }: LongList<Row>): ListWish {
  return { query: '', sort, down, page: 1 }
}

/** The rows of one page, and the frame around them. A page behind the last one is the last one. */
export function pageOfList<Row>(
  rows: readonly Row[],
  wish: ListWish,
  list: LongList<Row>,
): { readonly rows: readonly Row[]; readonly found: number; readonly frame: ListFrame } {
  const finds = list.finds(wish.query)
  const ordered = inOrder(rows, wish, list)
  const wanted = wish.query === '' ? ordered : ordered.filter(finds)
  const at = (more: Partial<ListWish>) => listAddress(list.path, { ...wish, page: 1, ...more }, list.only)
  const { rows: shown, foot } = pageOfRows(wanted, wish.page, (page) => at({ page }))
  return {
    rows: shown,
    found: wanted.length,
    frame: {
      path: list.path,
      query: wish.query,
      placeholder: list.placeholder,
      sortValue: sortText(wish),
      only: list.only ? { ...list.only, all: listAddress(list.path, { ...wish, page: 1 }) } : null,
      showAll: wish.query === '' ? null : at({ query: '' }),
      heads: list.columns.map(({ name, label, num = false, key }) => ({
        label,
        num,
        href: key ? at({ sort: name, down: wish.sort === name ? !wish.down : false }) : null,
        sorted: wish.sort === name ? (wish.down ? 'descending' : 'ascending') : null,
      })),
      ...foot,
    },
  }
}

/** The address that shows a list so. It always names what is wished, so that it never means what was wished before. */
export function listAddress(path: string, wish: ListWish, only?: LongList<never>['only']): string {
  const query = new URLSearchParams({ q: wish.query, sort: sortText(wish) })
  if (only) query.set(only.name, only.value)
  if (wish.page > 1) query.set('page', String(wish.page))
  return `${path}?${query.toString()}`
}

/** `name`, or `-name` where the last comes first. */
function sortText({ sort, down }: ListWish): string {
  return `${down ? '-' : ''}${sort}`
}

/** A list that is the very same is put in an order once: twenty thousand instances take longer than all else of a page. */
const orders = new WeakMap<readonly unknown[], Map<string, readonly unknown[]>>()

function inOrder<Row>(rows: readonly Row[], wish: ListWish, list: LongList<Row>): readonly Row[] {
  const known = (orders.get(rows) ?? new Map()) as Map<string, readonly Row[]>
  orders.set(rows, known)
  const order = `${list.path} ${sortText(wish)}`
  const ordered = known.get(order) ?? putInOrder(rows, wish, list)
  known.set(order, ordered)
  return ordered
}

function putInOrder<Row>(
  rows: readonly Row[],
  { sort, down }: ListWish,
  { columns }: LongList<Row>,
): readonly Row[] {
  const key = columns.find(({ name }) => name === sort)?.key
  if (!key) return rows
  const keyed = rows.map((row) => ({ row, key: key(row) }))
  return keyed.sort((a, b) => compared(a.key, b.key, down)).map(({ row }) => row)
}

function compared(a: Key, b: Key, down: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  const order = a < b ? -1 : a > b ? 1 : 0
  return down ? -order : order
}
