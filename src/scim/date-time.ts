/** RFC 7643 §2.3.5: xsd:dateTime with both a date and a time. */

const pattern = /^(-?\d{4,})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * The instant that TEXT names, in milliseconds since 1970 with the fraction kept; undefined when TEXT is not an
 * xsd:dateTime. A time without zone is taken as UTC, so that the result does not depend on where it is computed.
 */
export function parseDateTime(text: string): number | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  const fraction = Number(`0${match[7] ?? ''}`);
  const offset = zoneMinutes(match[8] ?? 'Z');
  if (offset === undefined || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  // xsd:dateTime knows 24:00:00 as the end of a day, but no leap seconds.
  const endOfDay = hour === 24 && minute === 0 && second === 0 && fraction === 0;
  if (!endOfDay && (hour > 23 || minute > 59 || second > 59)) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute - offset, second);
  const instant = date.getTime() + fraction * 1000;
  return Number.isNaN(instant) ? undefined : instant;
}

function zoneMinutes(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (minutes > 59 || hours * 60 + minutes > 14 * 60) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
