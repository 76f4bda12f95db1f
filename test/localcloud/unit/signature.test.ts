import { describe, expect, it } from 'vitest'
import {
  checkFresh,
  checkSignature,
  readCredential,
  signedAtMs,
} from '../../../server/localcloud/signature.js'

/** The example of AWS's own documentation: `GET /?Param1=value1&Param2=value2` of the Signature Version 4 test suite. */
const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const request = {
  method: 'GET',
  url: '/?Param2=value2&Param1=value1',
  headers: {
    host: 'example.amazonaws.com',
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
}

describe('a Signature Version 4', () => {
  it('of AWS’s own test suite is accepted', () => {
    expect.assertions(2)
    const claim = readCredential(request)
    expect(claim).toMatchObject({ service: 'service', region: 'us-east-1', expiresS: undefined })
    if (claim) expect(() => checkSignature(request, claim, key, emptyHash)).not.toThrow()
  })

  it('is refused when anything that it covers differs', () => {
    expect.assertions(3)
    const altered = [
      { ...request, method: 'POST' },
      { ...request, url: '/?Param1=value1' },
      { ...request, headers: { ...request.headers, host: 'other.amazonaws.com' } },
    ]
    for (const each of altered) {
      const claim = readCredential(each)
      if (claim) expect(() => checkSignature(each, claim, key, emptyHash)).toThrow(/does not match/)
    }
  })

  it('that does not cover the host is refused', () => {
    expect.assertions(1)
    const claim = readCredential(request)
    if (claim)
      expect(() =>
        checkSignature(request, { ...claim, signedHeaders: ['x-amz-date'] }, key, emptyHash),
      ).toThrow()
  })

  it('is fresh for 15 minutes by any of the clocks given', () => {
    const claim = readCredential(request)
    const at = signedAtMs('20150830T123600Z')
    if (!claim) throw new Error('no claim')
    const minutes = (count: number) => at + count * 60_000
    expect(() => checkFresh(claim, [minutes(14)])).not.toThrow()
    expect(() => checkFresh(claim, [minutes(16)])).toThrow(/expired/)
    expect(() => checkFresh(claim, [minutes(-16)])).toThrow(/expired/)
    expect(() => checkFresh(claim, [minutes(500), minutes(1)])).not.toThrow()
    expect(() => checkFresh({ ...claim, timestamp: 'nonsense' }, [at])).toThrow(/expired/)
  })

  it('in a query is good for as long as it says', () => {
    const query =
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20150830%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=00'
    const claim = readCredential({ method: 'GET', url: `/bucket/key?${query}`, headers: {} })
    const at = signedAtMs('20150830T123600Z')
    if (!claim) throw new Error('no claim')
    expect(() => checkFresh(claim, [at + 3_599_000])).not.toThrow()
    expect(() => checkFresh(claim, [at + 3_601_000])).toThrow(/expired/)
  })

  it('that is missing or half there is told apart', () => {
    expect(readCredential({ method: 'GET', url: '/', headers: {} })).toBeUndefined()
    expect(() =>
      readCredential({ method: 'GET', url: '/', headers: { authorization: 'Basic abc' } }),
    ).toThrow(/not a complete/)
  })
})
