/**
 * An error as AWS answers it: `code` and `message` go over the wire in the envelope of the service's protocol.
 * `status` follows aws.md §1.4 (most client faults are 400; EC2 capacity and internal faults 500; throttling 503 on EC2).
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
