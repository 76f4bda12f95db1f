import { DescribeImagesCommand, type Image } from '@aws-sdk/client-ec2'
import { GetParameterCommand } from '@aws-sdk/client-ssm'
import type { BaseImage } from '../domain/bake.js'
import { Refusal } from '../domain/refusal.js'
import type { ServiceClients } from './clients.js'
import { codeOf, isNotFound } from './faults.js'

/**
 * Resolves what a bake is put on to one image, once: an id, or the name of an SSM parameter that holds one. Throws
 * Refusal naming what is wrong with it.
 */
export async function resolveBase(readers: ServiceClients, base: string): Promise<BaseImage> {
  const alias = base.startsWith('ami-') ? null : base.replace(/^resolve:ssm:/, '')
  const imageId = alias === null ? base : await parameterValue(readers, alias)
  const image = await describedImage(readers, imageId, alias)
  const problem = reasonUnusable(image)
  if (problem) throw refusal(`The base image ${imageId}${aliasNote(alias)} ${problem}.`)
  return { imageId, name: image.Name ?? imageId, alias, rootDeviceName: image.RootDeviceName ?? null }
}

async function parameterValue({ ssm }: ServiceClients, name: string): Promise<string> {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name }))
    const value = Parameter?.Value ?? ''
    if (value.startsWith('ami-')) return value
    throw refusal(`The SSM parameter ${name} does not hold the id of an image.`)
  } catch (error) {
    if (isNotFound(codeOf(error)) || codeOf(error) === 'ValidationException')
      throw refusal(`There is no SSM parameter ${name}, and it is no image id either (ami-…).`)
    throw error
  }
}

async function describedImage(
  { ec2 }: ServiceClients,
  imageId: string,
  alias: string | null,
): Promise<Image> {
  try {
    const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }))
    const image = Images?.[0]
    if (image) return image
  } catch (error) {
    const code = codeOf(error)
    if (!isNotFound(code) && !code.startsWith('InvalidAMIID')) throw error
  }
  throw refusal(`There is no base image ${imageId}${aliasNote(alias)} in this account and region.`)
}

function reasonUnusable(image: Image): string | null {
  if (image.State !== 'available') return `is ${image.State ?? 'in no state'}, not available`
  if (image.ImageAllowed === false) return 'is not among the images that this account allows'
  if (image.RootDeviceType !== undefined && image.RootDeviceType !== 'ebs')
    return 'has no EBS root volume, which an image can be made from'
  return null
}

function aliasNote(alias: string | null): string {
  return alias === null ? '' : ` (from ${alias})`
}

function refusal(sentence: string): Refusal {
  return new Refusal('BaseImage', `${sentence} Nothing was baked; choose another base image.`, 'invalid', {
    faults: [{ field: 'base', sentence }],
  })
}
