import { CopyImageCommand, DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2'
import type { Image } from '../../server/domain/bake.js'
import type { Parts } from '../../server/engine/parts.js'
import { image } from './baked.js'

/** An image of a cloud whose instances are records: a copy of Amazon's, known to the store as if it had been baked. */
export async function recordedImage(cloudUrl: string, parts: Parts, version: string): Promise<Image> {
  const client = new EC2Client({
    region: 'us-east-1',
    endpoint: cloudUrl,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  try {
    const { Images = [] } = await client.send(new DescribeImagesCommand({ Owners: ['amazon'] }))
    const base = Images[0]
    const name = `sunrise-${version}`
    const { ImageId: imageId = '' } = await client.send(
      new CopyImageCommand({ Name: name, SourceImageId: base?.ImageId, SourceRegion: 'us-east-1' }),
    )
    const copied = image({
      imageId,
      name,
      application: 'sunrise',
      version,
      bakeId: parts.newId(),
      contentKey: name,
      baseImageId: base?.ImageId ?? '',
      baseImageName: base?.Name ?? '',
      packageName: `${name}.tgz`,
      bakedAt: new Date(),
    })
    await parts.store.record({ image: copied })
    return copied
  } finally {
    client.destroy()
  }
}
