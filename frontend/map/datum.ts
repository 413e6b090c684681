/** The shift that maps in China are given on purpose: the published forward formulas, as in sanku/common/coordinates.py. */

export type Datum = "WGS-84" | "GCJ-02" | "BD-09";

const SEMI_MAJOR_M = 6378245.0;
const ECCENTRICITY_2 = 0.00669342162296594323;
const BAIDU_PI = (Math.PI * 3000) / 180;
const { abs, atan2, cos, hypot, PI, sin, sqrt } = Math;

/** Return degrees WGS-84 as degrees of another datum. */
export function fromWgs84(lon: number, lat: number, datum: Datum): [number, number] {
  if (datum === "GCJ-02") return toGcj02(lon, lat);
  if (datum === "BD-09") return toBd09(...toGcj02(lon, lat));
  return [lon, lat];
}

function toGcj02(lon: number, lat: number): [number, number] {
  if (lon < 72.004 || lon > 137.8347 || lat < 0.8293 || lat > 55.8271) return [lon, lat];
  const x = lon - 105;
  const y = lat - 35;
  const ripple = ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2) / 3;
  let dLat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + ripple;
  dLat += ((20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * 2) / 3;
  dLat += ((160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3;
  let dLon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + ripple;
  dLon += ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3;
  dLon += ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3;
  const latRad = (lat * PI) / 180;
  const magic = 1 - ECCENTRICITY_2 * sin(latRad) ** 2;
  const root = sqrt(magic);
  dLat = (dLat / ((SEMI_MAJOR_M * (1 - ECCENTRICITY_2)) / (magic * root))) * (180 / PI);
  dLon = (dLon / ((SEMI_MAJOR_M / root) * cos(latRad))) * (180 / PI);
  return [lon + dLon, lat + dLat];
}

function toBd09(lon: number, lat: number): [number, number] {
  const radius = hypot(lon, lat) + 0.00002 * sin(lat * BAIDU_PI);
  const angle = atan2(lat, lon) + 0.000003 * cos(lon * BAIDU_PI);
  return [radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006];
}
