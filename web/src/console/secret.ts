/**
 * The key or token in the fragment of the address, `/#key=...`, as the first start prints it. No log and no Referer ever
 * holds it there, and it is taken out of the address bar at once.
 */

const PATTERN = /^#(?:key|token)=(.+)$/;

export function takeSecret(): string {
  const secret = PATTERN.exec(location.hash)?.[1] ?? '';
  if (secret) history.replaceState(null, '', location.pathname + location.search);
  return secret;
}
