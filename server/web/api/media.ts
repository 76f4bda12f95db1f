/** An answer that is no JSON of ours. */
export class Media {
  constructor(
    readonly contentType: string,
    readonly description: string,
  ) {}
}
