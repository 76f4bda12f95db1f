import type { Notification } from './notification.js'

/** The JSON that a webhook receives, in the shape that Standard Webhooks recommends: type, time, data. */
export function webhookMessage(notification: Notification, publicUrl: string): object {
  const { kind, at, path, ...data } = notification
  return {
    type: `delling.${kind}`,
    timestamp: at.toISOString(),
    data: { ...data, link: `${publicUrl}${path}` },
  }
}
