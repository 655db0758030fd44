/** The IANA name of the browser's zone, for answers whose days and months are those of its clock. */
export function ownTimeZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  // Chromium says so where the system doesn't tell.
  return timeZone === 'Etc/Unknown' ? 'UTC' : timeZone;
}
