import type { Image } from '../domain/bake.js'
import type { Database } from './database.js'
import { imageOf, type DataRow } from './read-rows.js'

/** Changes whenever an image is written, as in `read-states.ts`. */
const stampOfImages = `select md5(pg_postmaster_start_time()::text || string_agg(xmin::text || ctid::text, ' ' order by image_id)) as stamp
  from images where not retired`

/** All images that are there, newest first. Each call asks whether one was written, and reads them only then. */
export class ImagesReader {
  private kept: { readonly stamp: string | null; readonly images: readonly Image[] } | null = null

  constructor(private readonly database: Database) {}

  read(): Promise<readonly Image[]> {
    return this.database.snapshot(async (sql) => {
      const { kept } = this
      const row = await this.database.first<{ stamp: string | null }>(stampOfImages, [], sql)
      const stamp = row?.stamp ?? null
      if (kept?.stamp === stamp) return kept.images
      const rows = await this.database.rows<DataRow>(
        `select data from images where not retired order by created_at desc, image_id desc`,
        [],
        sql,
      )
      this.kept = { stamp, images: rows.map(imageOf) }
      return this.kept.images
    })
  }
}
