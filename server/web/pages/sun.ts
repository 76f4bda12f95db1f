/** Where the sun stands, in degrees above the horizon, to about half a degree: enough to paint a sky. */
export function sunElevation(at: Date, latitude: number, longitude: number): number {
  const days = at.getTime() / 86_400_000 - 10_957.5
  const meanLongitude = 280.46 + 0.9856474 * days
  const anomaly = radians(357.528 + 0.9856003 * days)
  const ecliptic = radians(meanLongitude + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly))
  const tilt = radians(23.439)
  const declination = Math.asin(Math.sin(tilt) * Math.sin(ecliptic))
  const rightAscension = Math.atan2(Math.cos(tilt) * Math.sin(ecliptic), Math.cos(ecliptic))
  const siderealHours = 18.697374558 + 24.06570982441908 * days
  const hourAngle = radians(siderealHours * 15 + longitude) - rightAscension
  const lat = radians(latitude)
  return (
    Math.asin(
      Math.sin(lat) * Math.sin(declination) + Math.cos(lat) * Math.cos(declination) * Math.cos(hourAngle),
    ) *
    (180 / Math.PI)
  )
}

const radians = (degrees: number) => (degrees * Math.PI) / 180

/** Roughly where the buildings of an AWS region stand: latitude and longitude. */
const places: Readonly<Record<string, readonly [number, number]>> = {
  'us-east-1': [39, -77.5],
  'us-east-2': [40, -83],
  'us-west-1': [37.4, -122],
  'us-west-2': [45.8, -119.7],
  'ca-central-1': [45.5, -73.6],
  'ca-west-1': [51, -114],
  'sa-east-1': [-23.5, -46.6],
  'mx-central-1': [20.6, -100.4],
  'eu-west-1': [53.3, -6.3],
  'eu-west-2': [51.5, -0.1],
  'eu-west-3': [48.9, 2.4],
  'eu-central-1': [50.1, 8.7],
  'eu-central-2': [47.4, 8.5],
  'eu-north-1': [59.3, 18.1],
  'eu-south-1': [45.5, 9.2],
  'eu-south-2': [41.6, -0.9],
  'il-central-1': [32.1, 34.8],
  'me-south-1': [26.1, 50.5],
  'me-central-1': [24.4, 54.4],
  'af-south-1': [-33.9, 18.4],
  'ap-south-1': [19.1, 72.9],
  'ap-south-2': [17.4, 78.5],
  'ap-east-1': [22.3, 114.2],
  'ap-southeast-1': [1.3, 103.8],
  'ap-southeast-2': [-33.9, 151.2],
  'ap-southeast-3': [-6.2, 106.8],
  'ap-southeast-4': [-37.8, 145],
  'ap-northeast-1': [35.7, 139.7],
  'ap-northeast-2': [37.6, 127],
  'ap-northeast-3': [34.7, 135.5],
}

/** An unknown region gets northern Virginia's sky. */
export function placeOfRegion(region: string): readonly [number, number] {
  return places[region] ?? [39, -77.5]
}
