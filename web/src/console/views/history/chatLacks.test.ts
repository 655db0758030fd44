import { expect, test } from 'vitest';
import { dateIn, lacksOf, timeZones, withSeconds } from './chatLacks';

const refused = (code: string, reason?: string): { code: string; details: Record<string, unknown> } => ({
  code,
  details: reason === undefined ? {} : { reason },
});

test('what the server needs is asked for, and nothing else', () => {
  expect(lacksOf(refused('chat_log_invalid', 'no_date'))).toEqual(['firstDate', 'timeZone']);
  expect(lacksOf(refused('chat_log_invalid', 'stream_start_missing'))).toEqual(['streamStart', 'timeZone']);
  expect(lacksOf(refused('chat_log_invalid', 'zone_unknown'))).toEqual(['timeZone']);
  expect(lacksOf(refused('timestamp_in_future', 'chat_log'))).toEqual(['timeZone']);
  expect(lacksOf(refused('time_zone_unknown'))).toEqual(['timeZone']);
  expect(lacksOf(refused('chat_log_invalid', 'not_json'))).toEqual([]);
  expect(lacksOf(refused('chat_log_not_understood'))).toEqual([]);
});

test('the zones to choose from have that of the browser, whatever its name, and UTC', () => {
  expect(timeZones('Asia/Calcutta')).toEqual(expect.arrayContaining(['Asia/Calcutta', 'Europe/Berlin', 'UTC']));
  expect(timeZones('UTC').filter((each) => each === 'UTC')).toHaveLength(1);
});

test('a night is of the day that it began on where it was played', () => {
  expect(dateIn('Europe/Berlin', '2026-11-20T23:30:00Z')).toBe('2026-11-21');
  expect(dateIn('America/New_York', '2026-11-20T23:30:00Z')).toBe('2026-11-20');
});

test('a moment is told with its seconds', () => {
  expect(withSeconds('2026-11-20T19:00')).toBe('2026-11-20T19:00:00');
  expect(withSeconds('2026-11-20T19:00:30')).toBe('2026-11-20T19:00:30');
});
