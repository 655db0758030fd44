/** The token of a page's link: in the fragment, which reaches no server's log and no Referer. */

/** Takes `#t=...` out of the address bar, for this window only; null where the window was never given one. */
export function tokenOfLink(page: string): string | null {
  const name = `gamenight.${page}.token`;
  const given = new URLSearchParams(location.hash.slice(1)).get('t');
  if (given) {
    sessionStorage.setItem(name, given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return sessionStorage.getItem(name);
}
