/** Keeps the screen awake while the page is in sight, where the browser can: over https and on localhost. */
export function keepAwake(): void {
  const ask = (): void => {
    if (!document.hidden) navigator.wakeLock?.request('screen').catch(() => undefined);
  };
  // The browser lets go of it whenever the page is out of sight.
  document.addEventListener('visibilitychange', ask);
  ask();
}
