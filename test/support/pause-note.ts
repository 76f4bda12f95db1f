/**
 * Where a replica can be made to stop itself around one request: its intent is recorded, it is signed and the lease not
 * yet asked, the lease was asked and the request is about to reach the socket, its answer has come and is not recorded.
 */
export type PausePoint = 'recorded' | 'signed' | 'checked' | 'answered'
