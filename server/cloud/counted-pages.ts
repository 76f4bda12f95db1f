/** The pages of a list, and before each the request for it, told to whoever counts: also of one that is then refused. */
export async function* countedPages<
  Page extends { readonly NextMarker?: string | undefined; readonly NextToken?: string | undefined },
>(pages: AsyncIterable<Page>, asked: () => Promise<void> | void): AsyncGenerator<Page> {
  await asked()
  for await (const page of pages) {
    yield page
    if (page.NextMarker ?? page.NextToken) await asked()
  }
}
