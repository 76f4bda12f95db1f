/**
 * An error as AWS answers it: `code` and `message` go over the wire in the envelope of the service's protocol.
 * `status` is AWS's own: most client faults are 400, EC2's capacity and internal faults 500, its throttling 503.
 */
export class AwsFault extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message)
    this.name = code
  }
}
